// Opens every mail in headless Chromium as people see it, says what is wrong with the sight of it, and takes the guide's pictures.
// node mails.mjs FOLDER CHROMIUM FONTS  →  one line of JSON for each problem: {"view", "message"}
import { readFileSync, readdirSync } from "node:fs";
import { pathToFileURL } from "node:url";
import { createRequire } from "node:module";

const { chromium } = createRequire(process.cwd() + "/")("playwright-core");
const [folder, executablePath, fonts] = process.argv.slice(2);
const WIDTHS = [640, 360, 320];
const PICTURES = [
  { name: "mail-receipt", mail: "submission_received.id", width: 640 },
  { name: "mail-outcome", mail: "outcome_eligible.id", width: 640 },
  { name: "mail-result", mail: "result_published.id", width: 640 },
  { name: "mail-phone", mail: "round_opened.id", width: 360 },
  { name: "mail-phone-dark", mail: "round_opened.id", width: 360, colorScheme: "dark" },
];
// Roboto, which Android has, so that pictures look alike on every machine. Mails themselves bring no font.
const ROBOTO = [400, 600, 700].map((weight) => {
  const file = readFileSync(`${fonts}/roboto-latin-${weight}-normal.woff2`).toString("base64");
  return `@font-face { font-family: Roboto; font-weight: ${weight}; src: url(data:font/woff2;base64,${file}); }`;
}).join("\n");

// Runs in the page: what is too wide, too small or too faint.
function sight() {
  const channels = (text) => text.match(/[\d.]+/g).map(Number);
  const luminance = ([r, g, b]) => [r, g, b].map((c) => c / 255).map((c) => (c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4))
    .reduce((sum, c, i) => sum + c * [0.2126, 0.7152, 0.0722][i], 0);
  const contrast = (a, b) => {
    const [low, high] = [luminance(a), luminance(b)].sort((x, y) => x - y);
    return (high + 0.05) / (low + 0.05);
  };
  const ground = (element) => {
    for (let at = element; at; at = at.parentElement) {
      const colour = channels(getComputedStyle(at).backgroundColor);
      if (colour.length < 4 || colour[3] === 1) return colour;
    }
    return [255, 255, 255];
  };
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  const faint = [], small = [];
  let words = 0;
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    const element = node.parentElement, text = node.textContent.trim();
    if (text.length < 2 || !element.checkVisibility()) continue;
    words += text.length;
    const style = getComputedStyle(element);
    const ratio = contrast(channels(style.color), ground(element));
    if (ratio < 4.5) faint.push(`${text.slice(0, 30)} (${ratio.toFixed(1)})`);
    if (parseFloat(style.fontSize) < 13) small.push(text.slice(0, 30));
  }
  const room = document.documentElement.clientWidth;
  return {
    words, faint, small,
    over: document.documentElement.scrollWidth - room,
    low: [...document.querySelectorAll(".button a")].map((a) => a.getBoundingClientRect().height).filter((height) => height < 44),
    buttons: document.querySelectorAll(".button a").length,
    headings: document.querySelectorAll("h1").length,
    lang: document.documentElement.lang,
    pictures: document.querySelectorAll("img").length,
    layout: [...document.querySelectorAll("table")].filter((table) => table.getAttribute("role") !== "presentation" && !table.querySelector("th")).length,
  };
}

const say = (view, message) => console.log(JSON.stringify({ view, message }));
const browser = await chromium.launch({ executablePath, args: ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync"] });
const page = await browser.newPage({ deviceScaleFactor: 1 });
let view = "load";
page.on("request", (request) => request.url().startsWith("file:") || request.url().startsWith("data:") || say(view, `asks the network for ${request.url()}`));

const mails = readdirSync(folder).filter((name) => name.endsWith(".html")).map((name) => name.slice(0, -5));
if (mails.length < 20) say("load", `there are ${mails.length} mails, of at least 20`);
for (const mail of mails) {
  await page.goto(pathToFileURL(`${folder}/${mail}.html`).href);
  for (const colorScheme of ["light", "dark"]) {
    await page.emulateMedia({ media: "screen", colorScheme });
    for (const width of WIDTHS) {
      view = `${mail}, ${width} px, ${colorScheme}`;
      await page.setViewportSize({ width, height: 800 });
      const seen = await page.evaluate(sight);
      if (seen.over > 0) say(view, `is ${seen.over} px wider than the window`);
      if (seen.words < 250) say(view, `shows ${seen.words} characters of text: nearly nothing`);
      if (seen.faint.length) say(view, `letters too faint: ${seen.faint.slice(0, 3).join(" | ")}`);
      if (seen.small.length) say(view, `letters smaller than 13 px: ${seen.small.slice(0, 3).join(" | ")}`);
      if (seen.low.length) say(view, `a button ${seen.low[0]} px high: a finger needs 44`);
      if (seen.buttons !== 1) say(view, `has ${seen.buttons} buttons, not one`);
      if (seen.headings !== 1) say(view, `has ${seen.headings} headings, not one`);
      if (seen.lang !== mail.slice(-2)) say(view, `says that its language is "${seen.lang}"`);
      if (seen.pictures) say(view, `has ${seen.pictures} pictures, which many do not see`);
      if (seen.layout) say(view, `${seen.layout} tables of the layout are read out as tables`);
    }
  }
  await page.emulateMedia({ media: "print", colorScheme: "light" });
  view = `${mail}, printed`;
  const seen = await page.evaluate(sight);
  if (seen.faint.length) say(view, `letters too faint: ${seen.faint.slice(0, 3).join(" | ")}`);
  const link = await page.evaluate(() => getComputedStyle(document.querySelector(".button a"), "::after").content);
  if (!link.includes("http")) say(view, "does not show where its button leads");
}

for (const { name, mail, width, colorScheme = "light" } of PICTURES) {
  view = `picture ${name}`;
  await page.emulateMedia({ media: "screen", colorScheme });
  await page.setViewportSize({ width, height: 200 });
  await page.goto(pathToFileURL(`${folder}/${mail}.html`).href);
  await page.addStyleTag({ content: ROBOTO });
  await page.evaluate(() => document.fonts.ready);
  await page.screenshot({ path: `${folder}/${name}.png`, fullPage: true });
}
await browser.close();
