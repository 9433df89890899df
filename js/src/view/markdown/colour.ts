import { partIfLoaded } from "../../parts";
import { Arrivals } from "./arrivals";

/** Names whose grammars are in the part "languages". */
const RARE = new Set(
  (
    "clojure clj edn cmake csharp cs c# dart elixir ex exs erlang erl fortran f90 f95 fsharp fs f# graphql gql groovy " +
    "haskell hs http https kotlin kt kts less lisp llvm lua matlab nginx nix objectivec mm objc obj-c objective-c ocaml " +
    "ml perl pl pm php powershell pwsh ps ps1 properties protobuf proto ruby rb gemspec sas scala scheme scm scss stan " +
    "stata do ado swift vim wasm x86asm"
  ).split(" "),
);

const grammars = new Arrivals("highlight");
const rareGrammars = new Arrivals("languages");

/** Code as HTML of `hljs-` spans; undefined where it stays plain. */
export type Colour = (code: string) => string | undefined;

/** How code of `language` is coloured, "later" where that is still to be fetched, null where it stays plain. */
export function colourOf(language: string): Colour | "later" | null {
  if (!language) return null;
  const part = partIfLoaded("highlight");
  if (!part) return "later";
  const rare = RARE.has(language.toLowerCase());
  const more = rare && partIfLoaded("languages");
  if (more && !part.knows(language)) part.register(more.grammars);
  if (part.knows(language)) return (code) => part.highlight(code, language);
  return rare && !more ? "later" : null;
}

/** Call `job` once the colours of `language` have come, a little with each frame, until it returns false. */
export function whenColoured(language: string, job: () => boolean): void {
  const arrivals = partIfLoaded("highlight") && RARE.has(language.toLowerCase()) ? rareGrammars : grammars;
  arrivals.add(() => {
    if (colourOf(language) !== "later") return job();
    whenColoured(language, job); // its grammar is in the other part
    return false;
  });
}
