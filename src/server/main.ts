/**
 * Entry point of the image, and of whoever runs the sources themselves.
 */
import { keepYoungHeapsSmall } from "./young-heap.ts";

// Before the rest is compiled: a heap that has grown does not shrink.
keepYoungHeapsSmall();
const { serve } = await import("./serve.ts");
process.exitCode = await serve(process.argv.slice(2));
