/** The whole text form, character by character: case counts, and so does every spelling of a number. */
import { foldText } from "../../domain/text.ts";
import { type ScalarTest, onTextForm } from "./scalar-test.ts";

export function exactTest(text: string): ScalarTest {
  return onTextForm((form) => form === text, foldText(text));
}
