"""How well the words of a page can be read, measured in the browser."""

#: Contrast of every text with what lies behind it; the worst, with its words.
WORST = """() => {
  const light = c => { const [r, g, b] = c.match(/[0-9.]+/g).map(Number).map(v => v / 255).map(
    v => v <= .03928 ? v / 12.92 : ((v + .055) / 1.055) ** 2.4); return .2126 * r + .7152 * g + .0722 * b };
  const behind = e => { for (; e; e = e.parentElement) { const c = getComputedStyle(e).backgroundColor;
    if (c && !c.endsWith(", 0)") && c !== "transparent") return c } return "rgb(255, 255, 255)" };
  let worst = [99, ""];
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) { const e = walker.currentNode.parentElement, words = walker.currentNode.textContent.trim();
    if (!words || !e.offsetParent || e.closest(".pre")) continue;
    const [a, b] = [light(getComputedStyle(e).color), light(behind(e))].sort((x, y) => y - x);
    const ratio = (a + .05) / (b + .05); if (ratio < worst[0]) worst = [ratio, words.slice(0, 60)] }
  return worst }"""
