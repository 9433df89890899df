const KEYBOARD_PX = 120; // a keyboard takes more from the page than this; a browser's own bars take less

/**
 * Keep `page` where it can be seen while a keyboard covers a part of the screen. Browsers that make the page smaller for it
 * need nothing; others (Safari on a phone) only tell how much of the page is left.
 */
export function keepInSight(page: HTMLElement): void {
  const seen = window.visualViewport;
  if (!seen) {
    return;
  }
  const fit = () => {
    const covered = seen.scale === 1 && document.documentElement.clientHeight - seen.height > KEYBOARD_PX;
    page.style.height = covered ? `${seen.height}px` : "";
    page.style.top = covered ? `${seen.offsetTop}px` : "";
  };
  seen.addEventListener("resize", fit);
  seen.addEventListener("scroll", fit);
}
