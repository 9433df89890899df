// Runs in the page before everything else: looks at every element from the moment it appears, and counts what ran.
(() => {
  const made = new WeakSet(); // elements that a script built one by one; all others came out of an HTML parser
  for (const name of ["createElement", "createElementNS"]) {
    const create = Document.prototype[name];
    Document.prototype[name] = function (...args) {
      const element = create.apply(this, args);
      made.add(element);
      return element;
    };
  }

  const report = { ran: [], faults: [], violations: [], elements: 0 };
  const fault = (what, element) => report.faults.length < 200 && report.faults.push(`${what} | ${element.outerHTML?.slice(0, 300)}`);

  // What a payload calls, and what other people's payloads call.
  for (const name of ["__pwn", "alert", "confirm", "prompt", "print", "open"]) {
    window[name] = (...args) => {
      report.ran.push(`${name}(${args.join(", ").slice(0, 100)})`);
      return null;
    };
  }
  document.addEventListener("securitypolicyviolation", (event) => {
    report.violations.push(`${event.effectiveDirective} ${event.blockedURI} ${event.sample} ${event.sourceFile}:${event.lineNumber}`);
  });

  const HTML = "http://www.w3.org/1999/xhtml";
  const words = (text) => new Set(text.split(" "));
  // What markdown may turn into. Mathematics has a vocabulary of its own, below an element of ours.
  const TEXT_TAGS = words(
    "a blockquote br code del div em h1 h2 h3 h4 h5 h6 hr li ol p pre section span strong sub sup table tbody td th thead tr ul",
  );
  const TEXT_ATTRIBUTES = words("align class href rel start target title");
  const TEXT_CLASSES = /^(?:jcw-md-(?:html|image|inert|long|note|slot|table|task)|jcw-math(?:-bad|-display|-set)?|hljs|hljs-[a-z_-]+|language-[\w+#.-]+)$/;
  const MATH_TAGS = words(
    "math annotation maction menclose merror mfrac mglyph mi mlabeledtr mmultiscripts mn mo mover mpadded mphantom mprescripts " +
      "mroot mrow ms mspace msqrt mstyle msub msubsup msup mtable mtd mtext mtr munder munderover none semantics span",
  );
  const MATH_ATTRIBUTES = words(
    "accent accentunder class columnalign columnlines columnspacing depth display displaystyle encoding fence form height largeop " +
      "linebreak linethickness lspace mathbackground mathcolor mathsize mathvariant maxsize minsize movablelimits notation rowalign " +
      "rowlines rowspacing rspace scriptlevel separator stretchy style symmetric title voffset width xmlns aria-hidden",
  );
  // What the panel itself is made of.
  const OWN_TAGS = words(
    "a article aside b bdi bdo blockquote br button code col colgroup datalist dd del details dialog div dl dt em fieldset figcaption " +
      "figure footer form h1 h2 h3 h4 h5 h6 header hr i img input ins kbd label legend li main mark menu meter nav ol optgroup " +
      "option output p pre progress s samp search section select small span strong sub summary sup table tbody td textarea tfoot " +
      "th thead time tr ul var svg circle defs ellipse g line path polygon polyline rect text title",
  );
  const FORBIDDEN = /^(?:on|srcdoc$|srcset$|formaction$|action$|ping$|background$|http-equiv$|data-commandlinker|xlink:|manifest$|nonce$|poster$|is$)/;
  const OWN_CLASS = /^(?:jcw-[\w-]+|hljs|hljs-[\w-]+|language-[\w+#.-]+)$/;
  const SAFE_LINK = /^(?:https?:\/\/|mailto:)/;
  const SAFE_IMAGE = /^(?:data:image\/(?:png|jpeg|gif|webp);base64,|blob:)/;

  function link(element) {
    const href = element.getAttribute("href");
    if (href === null || element.namespaceURI !== HTML) return;
    // The page's own bar around the panel leads to other pages of the server; nothing in the panel may.
    if (element.closest("nav[data-jcw=bar]") && !element.closest("[data-jcw=panel]") && /^\/(?!\/)/.test(href)) return;
    if (!SAFE_LINK.test(href)) fault("address", element);
    const rel = element.getAttribute("rel") ?? "";
    if (!/noopener/.test(rel) || !/noreferrer/.test(rel) || element.target !== "_blank") fault("a link into this page", element);
  }

  // What our scripts put on parsed elements: a formula's source, and on boxes that scroll what makes them reachable.
  const SCRIPTED = { tabindex: /^0$/, role: /^group$/, "aria-label": /^[A-Z][a-z]+$/ };
  function scripted(element, name, value) {
    if (name === "data-tex") return element.classList.contains("jcw-math");
    return element.matches(".jcw-math-display, .jcw-md-table") && Object.hasOwn(SCRIPTED, name) && SCRIPTED[name].test(value);
  }

  function parsed(element) {
    const math = element.closest(".jcw-math") !== null && !element.classList.contains("jcw-math");
    const [tags, attributes] = math ? [MATH_TAGS, MATH_ATTRIBUTES] : [TEXT_TAGS, TEXT_ATTRIBUTES];
    if (!tags.has(element.localName)) fault("element", element);
    if (!math && element.namespaceURI !== HTML) fault("namespace", element);
    for (const { name, value } of element.attributes) {
      if (!attributes.has(name) && !scripted(element, name, value)) fault(`attribute ${name}`, element);
      if (name === "style" && /url\(|image|expression|position|@import/i.test(value)) fault("style", element);
    }
    if (!math) for (const name of element.classList) if (!TEXT_CLASSES.test(name)) fault(`class ${name}`, element);
  }

  function built(element) {
    if (!OWN_TAGS.has(element.localName) && element.closest(".jcw-math") === null) fault("element", element);
    for (const { name, value } of element.attributes) {
      if (FORBIDDEN.test(name)) fault(`attribute ${name}`, element);
      if (name === "src" && (element.localName !== "img" || !SAFE_IMAGE.test(value))) fault("source", element);
      if (name === "style" && /url\(|image|expression|@import/i.test(value)) fault("style", element);
      if ((name === "id" || name === "name" || name === "for") && !/^(?:jcw-[\w:.-]+|P\d+(?:-\d+)+)$/.test(value)) fault(name, element);
    }
    for (const name of element.classList) if (!OWN_CLASS.test(name)) fault(`class ${name}`, element);
  }

  function look(element) {
    report.elements++;
    (made.has(element) ? built : parsed)(element);
    link(element);
  }

  // Lab's own page is made of much that this knows nothing of: there, only the panel is looked at.
  const ours = (element) => element.closest(".jcw-panel, .jcw-page") !== null || window.__jcwWhole !== false;
  let watching = false;
  const observer = new MutationObserver((changes) => {
    for (const { type, target, addedNodes } of changes) {
      if (type === "attributes") {
        if (ours(target) && target.closest("body") && target !== document.body) look(target);
        continue;
      }
      for (const node of addedNodes) {
        if (!(node instanceof Element) || !ours(node)) continue;
        if (node.parentNode === document.head) {
          if (!harmless(node)) fault("in the head", node);
          continue;
        }
        look(node);
        for (const inner of node.querySelectorAll("*")) look(inner);
      }
    }
  });

  // Our own parts, loaded when they are needed, and the switch that forbids looking hosts up in advance.
  function harmless(node) {
    if (node.localName === "link") return node.rel.split(" ").every((rel) => /^(?:modulepreload|stylesheet)$/.test(rel)) && node.href.startsWith(location.origin);
    if (node.localName === "meta") return node.httpEquiv === "x-dns-prefetch-control" && node.content === "off";
    return node.localName === "style" && made.has(node);
  }

  let globals = [];
  let inherited = "";
  const names = () => [...Object.getOwnPropertyNames(window), ...Object.getOwnPropertyNames(document)];
  const shared = () =>
    [Object, Array, String, Node, Element, HTMLElement, Document].map((type) => Object.getOwnPropertyNames(type.prototype).join()).join();

  Object.defineProperty(window, "watcher", {
    value: {
      begin() {
        if (!watching) observer.observe(document, { subtree: true, childList: true, attributes: true });
        watching = true;
        globals = names();
        inherited = shared();
      },
      report() {
        for (const node of document.querySelectorAll(".jcw-page *, .jcw-panel *")) look(node);
        const whole = typeof document.getElementById === "function" && document.body.matches("body") && document.cookie.charAt !== undefined;
        if (!whole || shared() !== inherited) report.faults.push("something of the page itself was replaced");
        const added = names().filter((name) => !globals.includes(name));
        if (added.length > 0) report.faults.push(`new globals: ${added}`);
        const result = { ...report };
        Object.assign(report, { ran: [], faults: [], violations: [], elements: 0 });
        return result;
      },
      /** Whether a script made `element`, rather than a parser. */
      made: (element) => made.has(element),
    },
  });
})();
