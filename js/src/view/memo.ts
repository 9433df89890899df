import { Component, type ComponentChild, type FunctionComponent, h } from "preact";

/** A component that renders again only when one of its properties is another one. */
export function memo<P extends object>(Inner: FunctionComponent<P>): new (props: P) => Component<P> {
  return class Memo extends Component<P> {
    override shouldComponentUpdate(next: P): boolean {
      const now = this.props as Record<string, unknown>;
      const keys = Object.keys(next) as (keyof P & string)[];
      return keys.length !== Object.keys(now).length || keys.some((key) => !Object.is(next[key], now[key]));
    }

    override render(): ComponentChild {
      return h(Inner, this.props as never);
    }
  };
}
