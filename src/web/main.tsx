/**
 * Entry point of the page.
 */
import { render } from "preact";
import { App } from "./app.tsx";
import { afterFirstLook, endFirstLook } from "./first-look.ts";
import "./fonts.css";
import "./tokens.css";
import "./style.css";
import "./shell.css";

const LONGEST_FIRST_LOOK_MS = 5000;

const page = document.querySelector("#page");
if (page !== null) render(<App />, page);

// A fifth of all that is sent, and nothing is unreadable without it.
afterFirstLook(() => import("./fonts-later.css"));
// Few need it, and all can be read before.
afterFirstLook(() => import("./forced-colours.css"));
// Whatever it is that keeps the first look from ending.
setTimeout(endFirstLook, LONGEST_FIRST_LOOK_MS);
