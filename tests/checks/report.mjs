// Opens the demo's report in headless Chromium as people see it, says what is wrong with the sight of it, and takes its pictures.
// node report.mjs REPORT.html CHROMIUM FOLDER  →  one line of JSON for each problem: {"view", "message"}
import { pathToFileURL } from "node:url";
import { createRequire } from "node:module";

const { chromium } = createRequire(process.cwd() + "/")("playwright-core");
const [report, executablePath, folder] = process.argv.slice(2);
const WIDTHS = [1280, 768, 390, 360];
// What stands in the README: a name, how wide the window is, and which figure (the top of the page where none is named).
const PICTURES = [
  { name: "report", width: 1280, height: 900 },
  { name: "report-phone", width: 390, height: 844 },
  { name: "report-severity", width: 1280, figure: "#kemurahan" },
  { name: "report-trace", width: 1280, figure: "#jejak-proposal" },
];

// Runs in the page: what does not fit, and how much can be seen.
function sight() {
  const room = document.documentElement.clientWidth;
  const shown = (element) => element.checkVisibility({ visibilityProperty: true });
  const drawings = [...document.querySelectorAll("svg:not([aria-hidden])")].filter(shown);
  const outside = drawings.flatMap((svg) => {
    const frame = svg.getBoundingClientRect();
    const inside = (box) => box.left >= frame.left - 1 && box.right <= frame.right + 1 && box.top >= frame.top - 1 && box.bottom <= frame.bottom + 1;
    return [...svg.querySelectorAll("text")].filter((text) => shown(text) && !inside(text.getBoundingClientRect())).map((text) => text.textContent);
  });
  const small = drawings.flatMap((svg) => [...svg.querySelectorAll("text")])
    .filter((text) => parseFloat(getComputedStyle(text).fontSize) * (text.getScreenCTM()?.a ?? 1) < 10.5).map((text) => text.textContent);
  const scrolls = (element) => element.closest(".scroll") !== null;
  const wide = [...document.body.querySelectorAll("*")].filter((e) => shown(e) && !scrolls(e) && e.getBoundingClientRect().right > room + 1);
  return {
    over: document.documentElement.scrollWidth - room,
    widest: wide.slice(0, 3).map((e) => `${e.tagName.toLowerCase()}.${e.getAttribute("class") ?? ""}`),
    drawings: drawings.length,
    untitled: drawings.filter((svg) => !svg.querySelector("title")?.textContent || !svg.querySelector("desc")?.textContent).length,
    words: document.body.innerText.length,
    outside: outside.slice(0, 5),
    small: small.slice(0, 5),
  };
}

const say = (view, message) => console.log(JSON.stringify({ view, message }));
const browser = await chromium.launch({ executablePath, args: ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync"] });
const page = await browser.newPage({ deviceScaleFactor: 1, colorScheme: "light" });
let view = "load";
page.on("pageerror", (error) => say(view, `the script fails: ${error.message}`));
page.on("console", (line) => line.type() === "error" && say(view, `the browser complains: ${line.text()}`));
page.on("request", (request) => request.url().startsWith("file:") || request.url().startsWith("data:") || say(view, `asks the network for ${request.url()}`));
await page.goto(pathToFileURL(report).href);

for (const language of ["id", "en"]) {
  for (const width of WIDTHS) {
    view = `${language}, ${width} px`;
    await page.setViewportSize({ width, height: 900 });
    await page.check(`#language-${language}`, { force: true });
    const seen = await page.evaluate(sight);
    if (seen.over > 0) say(view, `is ${seen.over} px wider than the window: ${seen.widest.join(", ")}`);
    if (seen.drawings < 8) say(view, `shows ${seen.drawings} drawings, of at least 8`);
    if (seen.untitled > 0) say(view, `${seen.untitled} drawings have no title or description`);
    if (seen.words < 5_000) say(view, `shows ${seen.words} characters of text: nearly nothing`);
    if (seen.outside.length) say(view, `words run out of a drawing: ${seen.outside.join(" | ")}`);
    if (seen.small.length) say(view, `words smaller than 10.5 px: ${seen.small.join(" | ")}`);
  }
}

await page.check("#language-id", { force: true });
for (const { name, width, height = 900, figure } of PICTURES) {
  view = `picture ${name}`;
  await page.setViewportSize({ width, height });
  const path = `${folder}/${name}.png`;
  if (figure) await page.locator(figure).screenshot({ path });
  else await page.screenshot({ path });
}
await browser.close();
