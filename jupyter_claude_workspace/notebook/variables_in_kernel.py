"""Describes variables; runs inside a Python kernel, as text, with `request` in its globals. Standard library only.

Leaves nothing behind: all names are those of a dictionary of its own. Its answer goes out as a display of a private
type, whatever became of stdout. Values are looked at only as far as `request["level"]` allows. What is computed lazily
(Spark, Dask, …) is never computed, and code of the person's (their `__repr__`) is given up after a time.
"""

# mypy: ignore-errors
# ruff: noqa: B905, D103, PLC0415, PLR0911, UP031, UP032
# Why: it is never imported; whatever Python the kernel has reads it, maybe an old one, as a program of its own.

import signal
import sys
import threading
import types

LEVELS = ("names", "schema", "aggregates", "sample", "full")
LAZY = ("pyspark", "dask", "ibis", "vaex", "snowflake", "databricks", "modin", "sqlframe", "datafusion", "bigframes")
SIMPLE = (bool, int, float, complex, str, bytes, type(None))
FUNCTIONS = (types.FunctionType, types.BuiltinFunctionType, types.MethodType)
MIN_COUNT, MOST_COLUMNS, MOST_CELLS = 10, 60, 2_000_000
SECONDS = 2.0


request = globals().get("request")  # given by who sends it


class TooLong(BaseException):
    """It took too long."""


def allows(needed):
    return LEVELS.index(request["level"]) >= LEVELS.index(needed)


def within(seconds, act):
    """What `act` gives; TooLong after so many seconds, where the platform has timers for that."""
    if not hasattr(signal, "setitimer") or threading.current_thread() is not threading.main_thread():
        return act()
    if signal.getitimer(signal.ITIMER_REAL)[0]:
        return act()  # somebody else uses the timer

    def over(number, frame):
        raise TooLong

    before = signal.signal(signal.SIGALRM, over)
    try:
        signal.setitimer(signal.ITIMER_REAL, seconds)
        try:
            return act()
        finally:
            signal.setitimer(signal.ITIMER_REAL, 0)
    finally:
        signal.signal(signal.SIGALRM, before)


def attempt(act, seconds=SECONDS):
    """What `act` gives, or why it gives nothing; never an exception."""
    try:
        return within(seconds, act)
    except TooLong:
        return "(took too long)"
    except Exception as error:
        return "(failed: {})".format(type(error).__name__)


def kind_of(value):
    cls = type(value)
    module = cls.__module__
    return cls.__qualname__ if module in ("builtins", "__main__") else module.split(".")[0] + "." + cls.__qualname__


def family(value):
    """Which way of describing fits; by the class's module, so that nothing is imported."""
    for cls in type(value).__mro__:
        top, name = cls.__module__.split(".")[0], cls.__name__
        if top in LAZY or (top == "polars" and name == "LazyFrame") or "pyspark" in cls.__module__:
            return "lazy"
        if top in ("pandas", "polars") and name in ("DataFrame", "Series"):
            return top + name
        if top == "pyarrow" and name in ("Table", "RecordBatch"):
            return "arrow"
        if top in ("numpy", "torch", "jax", "jaxlib", "tensorflow", "cupy", "xarray", "scipy") and hasattr(
            cls, "shape"
        ):
            return "array"
    cls = type(value)  # never `isinstance`: it asks the value itself for its class
    if issubclass(cls, types.ModuleType):
        return "module"
    if issubclass(cls, type):
        return "class"
    if cls in FUNCTIONS:
        return "function"
    return "container" if cls in (list, tuple, set, frozenset, dict) else "plain"


def length(value):
    return "%d %s" % (len(value), "entry" if len(value) == 1 else "entries")


def dtype(column):
    """Its type, without the values that types of categories name."""
    said = str(column.dtype)
    return said if allows("sample") or "categories" not in said else said.split("(", 1)[0]


def shape(value):
    """Its size in a few words; nothing is computed for it."""
    way = family(value)
    if way in ("pandasDataFrame", "polarsDataFrame"):
        return "%d rows × %d columns" % value.shape
    if way == "arrow":
        return "%d rows × %d columns" % (value.num_rows, value.num_columns)
    if way in ("pandasSeries", "polarsSeries"):
        return "%d values, %s" % (len(value), dtype(value))
    if way == "array":
        dims = " × ".join(str(int(size)) if isinstance(size, int) else str(size) for size in tuple(value.shape))
        return "{}, {}".format(dims or "a single value", getattr(value, "dtype", "?"))
    if way == "container":
        return length(value)
    if type(value) in (str, bytes):
        return "%d %s" % (len(value), "characters" if type(value) is str else "bytes")
    return "not computed" if way == "lazy" else ""


def size(value):
    """Bytes, where that is known without looking at each value."""
    for name in ("nbytes",):
        number = getattr(value, name, None) if family(value) in ("array", "arrow") else None
        if isinstance(number, int):
            return number
    if family(value) in ("pandasDataFrame", "pandasSeries"):
        used = value.memory_usage(deep=False)
        return int(used.sum()) if hasattr(used, "sum") else int(used)
    if family(value) in ("polarsDataFrame", "polarsSeries"):
        return int(value.estimated_size())
    return sys.getsizeof(value) if type(value) in SIMPLE or family(value) == "container" else None


# ── values ──


def short(value, limit=200, depth=2):
    """A value as text: exact built-in types only, for what is their own repr may be anything."""
    cls = type(value)
    if cls in (str, bytes):
        return repr(value if len(value) <= limit else value[:limit])[: limit + 10] + ("…" if len(value) > limit else "")
    if cls is int:
        return str(value) if value.bit_length() < 3000 else "an int of %d bits" % value.bit_length()
    if cls in SIMPLE:
        return repr(value)
    if cls in (list, tuple, set, frozenset, dict):
        few = 20 if allows("full") else 5
        if depth == 0:
            return "{} of {}".format(cls.__name__, length(value))
        taken = [entry for entry, _ in zip(value.items() if cls is dict else value, range(few))]
        said = [
            "{}: {}".format(short(entry[0], 60, depth - 1), short(entry[1], limit, depth - 1))
            if cls is dict
            else short(entry, limit, depth - 1)
            for entry in taken
        ]
        if len(value) > few:
            said.append("… %d more" % (len(value) - few))
        left, right = {list: "[]", tuple: "()", dict: "{}"}.get(cls, ("{", "}"))
        return left + ", ".join(said) + right
    if family(value) in ("lazy", "module", "class", "function"):
        return "<{}>".format(kind_of(value))
    if family(value) != "plain":
        return "<{} {}>".format(kind_of(value), shape(value))
    return str(attempt(lambda: repr(value), 0.5))[:limit]


def number(value):
    try:
        return "{:.4g}".format(float(value))
    except (TypeError, ValueError, OverflowError):
        return ""


def columns(frame):
    """A line for each column: its type, and as far as it may be said, what is missing in it and its aggregates."""
    way = family(frame)
    if way == "arrow":
        return ["{}: {}".format(field.name, field.type) for field in list(frame.schema)[:MOST_COLUMNS]]
    lines = []
    rows, count = frame.shape
    for place in range(min(count, MOST_COLUMNS)):
        column = frame.iloc[:, place] if way == "pandasDataFrame" else frame.to_series(place)
        name = frame.columns[place]
        facts = facts_of(column) if allows("aggregates") and rows * count <= MOST_CELLS * 10 else []
        lines.append("; ".join(["%s: %s" % (name, dtype(column)), *facts]))
    if count > MOST_COLUMNS:
        lines.append("… %d more columns" % (count - MOST_COLUMNS))
    return lines


def facts_of(column):
    """Aggregates of a column; single values, and aggregates of so few that they are nearly that, count as samples."""
    pandas = family(column) == "pandasSeries"
    missing = int(column.isna().sum() if pandas else column.null_count())
    facts = ["%d missing" % missing]
    known = len(column) - missing
    plain = (
        column.dtype.kind in "iuf"
        if pandas and hasattr(column.dtype, "kind")
        else not pandas and column.dtype.is_numeric()
    )
    if len(column) <= MOST_CELLS:
        distinct = attempt(lambda: int(column.nunique() if pandas else column.n_unique()), 0.5)
        if isinstance(distinct, int):
            facts.append("%d distinct" % distinct)
    if plain and allows("sample") and known:
        facts.append("median " + number(column.median()))
        facts.append("from %s to %s" % (number(column.min()), number(column.max())))
    # Of few values, or of equal ones, a mean is nearly one of them.
    if plain and (allows("sample") or (known >= MIN_COUNT and float(column.std()) > 0)):
        facts += ["mean " + number(column.mean()), "std " + number(column.std())]
    return facts


def head(frame):
    """The first rows, and at "full" the last ones, as text."""
    rows = 20 if allows("full") else 5
    way = family(frame)
    if way == "pandasDataFrame":
        some = frame.iloc[:rows, :MOST_COLUMNS]
        return some.to_string(max_colwidth=60, show_dimensions=False)
    if way == "pandasSeries":
        return frame.iloc[:rows].to_string()
    if way == "arrow":
        return str(frame.slice(0, rows).to_pydict())[:4000]
    return str(frame.head(rows))[:6000]


def array_facts(array):
    """Aggregates of a numeric array of a size that takes no time."""
    count = 1
    for part in tuple(array.shape):
        count *= int(part)
    if type(array).__module__.split(".")[0] != "numpy" or array.dtype.kind not in "iuf" or count > MOST_CELLS * 5:
        return []
    import numpy

    facts = []
    if count and (allows("sample") or (count >= MIN_COUNT and float(numpy.nanstd(array)) > 0)):
        facts += ["mean " + number(numpy.nanmean(array)), "std " + number(numpy.nanstd(array))]
    facts.append("%d missing" % int(numpy.isnan(array).sum()) if array.dtype.kind == "f" else "0 missing")
    if count and allows("sample"):
        facts.append("from {} to {}".format(number(numpy.nanmin(array)), number(numpy.nanmax(array))))
    return facts


def own_words(value):
    """What its class says of it to a language model: `_repr_llm_`, or `_ai_repr_` of Jupyter's proposal."""
    for name in ("_repr_llm_", "_ai_repr_"):
        act = getattr(type(value), name, None)
        if not callable(act):
            continue
        said = within(SECONDS, lambda act=act: settled(act(value)))
        if isinstance(said, tuple) and said:
            said = said[0]
        if isinstance(said, dict):
            said = next((text for kind, text in said.items() if str(kind).startswith("text/")), None)
        if isinstance(said, str) and said.strip():
            return said[:8000]
    return None


def settled(made):
    """The result of a coroutine that needs not wait for anything."""
    if not hasattr(made, "send"):
        return made
    try:
        made.send(None)
    except StopIteration as end:
        return end.value
    made.close()
    return None


def parameters(function):
    import inspect

    try:
        found = inspect.signature(function, follow_wrapped=False).parameters.values()
    except (TypeError, ValueError):
        return "(…)"
    marks = {inspect.Parameter.VAR_POSITIONAL: "*", inspect.Parameter.VAR_KEYWORD: "**"}
    names = [
        marks.get(one.kind, "") + one.name + ("" if one.default is inspect.Parameter.empty else "=…") for one in found
    ]
    return "({})".format(", ".join(names))


def lazy_columns(value):
    """The columns of what is not computed, where it knows them."""
    for name in ("dtypes", "schema", "columns"):
        found = getattr(value, name, None)
        if hasattr(found, "items"):
            found = list(found.items())
        if isinstance(found, (list, tuple)) and found:
            pairs = (one if isinstance(one, tuple) and len(one) == 2 else (one, "?") for one in found)
            return ["%s: %s" % pair for pair, _ in zip(pairs, range(MOST_COLUMNS))]
    return []


def inside(value):
    """What is to be said of one variable beyond its type, in lines."""
    if not allows("schema"):
        return []
    way = family(value)
    if allows("full") and way != "lazy":
        said = attempt(lambda: own_words(value), SECONDS * 2)
        if said:
            return ["(as its class describes itself)", said]
    return TELLERS.get(way, of_plain)(value)


def of_frame(frame):
    lines = columns(frame)
    if family(frame) == "pandasDataFrame" and type(frame.index).__name__ != "RangeIndex":
        lines.append("index: {} of {}".format(type(frame.index).__name__, frame.index.dtype))
    return [*lines, "first rows:", head(frame)] if allows("sample") else lines


def of_series(series):
    lines = facts_of(series) if allows("aggregates") else []
    return [*lines, head(series)] if allows("sample") else lines


def of_array(array):
    lines = array_facts(array) if allows("aggregates") else []
    if allows("sample") and type(array).__module__.split(".")[0] == "numpy" and hasattr(array, "flat"):
        some = array.flat[: 30 if allows("full") else 5]
        lines.append("first values: " + ", ".join(short(one.item(), 60) for one in some))
    return lines


def of_lazy(value):
    return [*lazy_columns(value), "It is not computed, and is not computed to look at it."]


def of_function(function):
    lines = ["parameters: " + parameters(function)]
    doc = getattr(function, "__doc__", None)
    if allows("sample") and type(doc) is str:
        lines.append(doc.strip().split("\n")[0][:300])
    return lines


def of_names(value):
    names = [name for name in list(vars(value)) if type(name) is str and not name.startswith("_")]
    return ["names in it: " + ", ".join(names[:60]) + (" …" if len(names) > 60 else "")]


def of_container(value):
    lines = ["types: " + types_in(value.values() if type(value) is dict else value)]
    return [*lines, short(value, 2000 if allows("full") else 200)] if allows("sample") else lines


def of_plain(value):
    lines = []
    if type(value) not in SIMPLE and hasattr(value, "__dict__"):
        inner = list(vars(value).items())[:40]
        names = ["%s: %s" % (key, kind_of(part)) for key, part in inner if type(key) is str]
        lines.append("attributes: " + (", ".join(names) or "none"))
    return [*lines, short(value, 4000 if allows("full") else 300)] if allows("sample") else lines


TELLERS = {
    "pandasDataFrame": of_frame,
    "polarsDataFrame": of_frame,
    "arrow": of_frame,
    "pandasSeries": of_series,
    "polarsSeries": of_series,
    "array": of_array,
    "lazy": of_lazy,
    "function": of_function,
    "module": of_names,
    "class": of_names,
    "container": of_container,
}


def types_in(values):
    counts = {}
    for one, _ in zip(values, range(10_000)):
        counts[kind_of(one)] = counts.get(kind_of(one), 0) + 1
    return ", ".join("%s (%d)" % pair for pair in sorted(counts.items(), key=lambda pair: -pair[1])[:8]) or "none"


def listed(shell, space):
    """The person's own variables: what IPython put there is hidden, and so is what begins with an underscore."""
    hidden = getattr(shell, "user_ns_hidden", {})
    own = {"In", "Out", "get_ipython", "exit", "quit", "open"}
    return [
        name
        for name in list(space)
        if type(name) is str
        and not name.startswith("_")
        and name not in own
        and not (name in hidden and hidden[name] is space[name])
    ]


def described(name, value, whole):
    made = {"name": name, "type": kind_of(value), "family": family(value)}
    if allows("schema"):
        made["shape"] = attempt(lambda: shape(value), 0.5)
        made["bytes"] = attempt(lambda: size(value), 0.5)
    if whole:
        lines = attempt(lambda: inside(value), SECONDS * 2)
        made["lines"] = [str(line) for line in lines] if isinstance(lines, list) else [str(lines)]
    elif allows("sample") and type(value) in SIMPLE:
        made["value"] = short(value, 80)
    return made


def answer():
    from IPython import get_ipython

    shell = get_ipython()
    space = shell.user_ns
    wanted = request["names"]
    names = listed(shell, space) if wanted is None else [name for name in wanted if name in space]
    found = [described(name, space[name], wanted is not None) for name in names[: request["most"]]]
    shell.display_pub.publish(data={request["mime"]: {"found": found, "count": len(names)}}, metadata={})


answer()
