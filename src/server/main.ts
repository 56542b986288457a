/**
 * Entry point of `npm start`.
 */
import { serve } from "./serve.ts";

process.exitCode = await serve(process.argv.slice(2));
