import { describe, expect, test } from "vitest";
import { xsrfCookie } from "../src/rest";
import { findServer } from "../src/server";

const ADDRESS = "https://hub.example/user/ann/lab/tree/a.ipynb?reset";

function find(html: string): ReturnType<typeof findServer> {
  return findServer(new DOMParser().parseFromString(html, "text/html"), ADDRESS);
}

describe("the server behind a page", () => {
  test("is where Jupyter's page configuration says, relative to the page", () => {
    const found = find('<script id="jupyter-config-data" type="application/json">{"baseUrl": "/user/ann/", "token": "s"}</script>');
    expect(found?.base.href).toBe("https://hub.example/user/ann/");
    expect(found?.token).toBe("s");
  });

  test("is found in the body's data of older pages, and gets the slash it lacks", () => {
    const found = find('<body data-base-url="/user/ann" data-jupyter-api-token="s">');
    expect(found?.base.href).toBe("https://hub.example/user/ann/");
  });

  test.each([
    ["a page that is not Jupyter's", "<body></body>"],
    ["a configuration that is not JSON", '<script id="jupyter-config-data">oops</script>'],
  ])("is unknown on %s", (_what, html) => {
    expect(find(html)).toBeNull();
  });
});

describe("the XSRF cookie", () => {
  test.each([
    ["alone", "_xsrf=2|a|b|1", "2|a|b|1"],
    ["among others", "a=1; _xsrf=2|x; b=2", "2|x"],
    ["beside one whose name ends like it", "my_xsrf=no; _xsrf=yes", "yes"],
    ["missing", "a=1", ""],
  ])("is read when it stands %s", (_where, cookies, value) => {
    expect(xsrfCookie(cookies)).toBe(value);
  });
});
