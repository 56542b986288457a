/**
 * Entry point of the page.
 */
import { render } from "preact";
import { App } from "./app.tsx";
import "./fonts.css";
import "./tokens.css";
import "./style.css";
import "./shell.css";
import "./logs.css";

const page = document.querySelector("#page");
if (page !== null) render(<App />, page);
