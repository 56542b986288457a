/**
 * Entry point of the page.
 */
import { render } from "preact";
import { App } from "./app.tsx";
import "./fonts.css";
import "./tokens.css";
import "./style.css";
import "./shell.css";

const page = document.querySelector("#page");
if (page !== null) render(<App />, page);

// A fifth of all that is sent, and nothing is unreadable without it.
const strong = (): void => {
  setTimeout(() => void import("./fonts-later.css"), 300);
};
if (document.readyState === "complete") strong();
else addEventListener("load", strong, { once: true });
