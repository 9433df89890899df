/** The Jupyter server that served this page. */
export interface Server {
  /** Ends with a slash. */
  base: URL;
  /** Of the page's configuration; used only where the cookie is refused. May be empty. */
  token: string;
}

/**
 * The Jupyter server behind this page, or null where the page is not one of Jupyter's (VS Code, Colab, a static viewer).
 *
 * The kernel's idea of the server's address is of no use here: behind JupyterHub it is another one than the browser's.
 */
export function findServer(page: Document, address: string): Server | null {
  const config = page.getElementById("jupyter-config-data")?.textContent;
  if (config) {
    try {
      const { baseUrl, token } = JSON.parse(config) as { baseUrl?: unknown; token?: unknown };
      if (typeof baseUrl === "string") {
        return serverAt(baseUrl, typeof token === "string" ? token : "", address);
      }
    } catch {
      return null;
    }
  }
  const { baseUrl, jupyterApiToken } = page.body.dataset; // nbclassic and older Voilà
  return baseUrl ? serverAt(baseUrl, jupyterApiToken ?? "", address) : null;
}

/** A server by its base URL, absolute or relative to the page's `address`. */
export function serverAt(baseUrl: string, token: string, address: string): Server {
  const base = new URL(baseUrl, address);
  base.search = "";
  base.hash = "";
  if (!base.pathname.endsWith("/")) {
    base.pathname += "/";
  }
  return { base, token };
}
