"""What WCAG 2.2 AA asks of a page and a browser can measure: names, contrast, headings, size of targets.

Returns complaints; the test says where. What needs judgement (order, wording) is looked at in the pictures.
"""

from playwright.async_api import Page

NAMED = {
    "button", "checkbox", "combobox", "link", "listbox", "menuitem", "meter", "progressbar", "radio",
    "searchbox", "slider", "spinbutton", "switch", "tab", "textbox",
}  # fmt: skip

MEASURE = """
() => {
  const found = [];
  const canvas = document.createElement("canvas").getContext("2d", { willReadFrequently: true });
  const rgba = (colour) => {
    canvas.clearRect(0, 0, 1, 1); canvas.fillStyle = colour; canvas.fillRect(0, 0, 1, 1);
    const [r, g, b, a] = canvas.getImageData(0, 0, 1, 1).data;
    return [r, g, b, a / 255];
  };
  const over = (top, under) => top.slice(0, 3).map((c, i) => c * top[3] + under[i] * (1 - top[3]));
  const light = (rgb) => {
    const [r, g, b] = rgb.map((c) => (c /= 255) <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4);
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const ground = (element) => {
    const layers = [];
    for (let each = element; each; each = each.parentElement) {
      const colour = rgba(getComputedStyle(each).backgroundColor);
      if (colour[3]) layers.push(colour);
      if (colour[3] === 1) break;
    }
    return layers.reverse().reduce((under, top) => over(top, under), [255, 255, 255]);
  };
  const shown = (e) => e.checkVisibility({ checkOpacity: true, checkVisibilityCSS: true });
  const where = (e) => {
    const said = e.textContent.trim().slice(0, 30);
    return `${e.tagName.toLowerCase()}#${e.id}.${e.getAttribute("class")} « ${said} »`;
  };

  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const element = walker.currentNode.parentElement, text = walker.currentNode.data.trim();
    const unread = element.closest("script, option, .visually-hidden, .skip, svg, :disabled");
    if (!text || unread || !shown(element)) continue;
    const style = getComputedStyle(element), under = ground(element);
    const one = light(over(rgba(style.color), under)), other = light(under);
    const ratio = (Math.max(one, other) + 0.05) / (Math.min(one, other) + 0.05);
    const size = parseFloat(style.fontSize), bold = Number(style.fontWeight) >= 700;
    const least = size >= 24 || (bold && size >= 18.66) ? 3 : 4.5;
    if (ratio < least) found.push(`contrast ${ratio.toFixed(2)}: ${where(element)}`);
  }
  for (const e of document.querySelectorAll("a, button, input, select, summary")) {
    if (!shown(e) || e.closest(".visually-hidden") || e.type === "hidden") continue;
    const inline = getComputedStyle(e).display === "inline", label = e.closest("label");
    const box = (label && /checkbox|radio/.test(e.type) ? label : e).getBoundingClientRect();
    const size = Math.min(box.width, box.height);
    if (box.width && box.right > 0 && size < 24 && !inline && e.tagName !== "SUMMARY") {
      found.push(`target ${Math.round(size)} px: ${where(e)}`);
    }
  }
  const ids = [...document.querySelectorAll("[id]")].map((e) => e.id);
  for (const id of new Set(ids.filter((id, n) => ids.indexOf(id) !== n))) found.push(`id twice: ${id}`);
  let level = 0;
  for (const heading of document.querySelectorAll("h1, h2, h3, h4")) {
    const next = Number(heading.tagName[1]);
    if (next > level + 1) found.push(`heading ${next} after ${level}: ${heading.textContent.trim()}`);
    level = next;
  }
  if (document.querySelectorAll("h1").length !== 1) found.push("not one h1");
  if (document.querySelectorAll("main").length !== 1) found.push("not one main");
  if (document.documentElement.lang !== "fr") found.push("not in French");
  return found;
}
"""


async def complaints(page: Page) -> list[str]:
    """Return what is wrong with *page*, in the colours it is in."""
    session = await page.context.new_cdp_session(page)
    tree = await session.send("Accessibility.getFullAXTree")
    await session.detach()
    nameless = [
        f"no name: {node['role']['value']}"
        for node in tree["nodes"]
        if not node.get("ignored")
        and node.get("role", {}).get("value") in NAMED
        and not str(node.get("name", {}).get("value", "")).strip()
    ]
    measured: list[str] = await page.evaluate(MEASURE)
    return nameless + measured
