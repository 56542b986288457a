import { expect, test } from "vitest";
import { createOwnMeter } from "./own-meter.ts";

test("writes counters, gauges and cumulative histograms as Prometheus text", () => {
  const meter = createOwnMeter();
  meter.counter("a_total", "As.").add(2, { kind: 'q"\\\n' });
  meter.counter("a_total", "As.").add(1, { kind: 'q"\\\n' });
  meter.gauge("b", "Bs.").set(1.5);
  const h = meter.histogram("c_seconds", "Cs.", [0.1, 1]);
  for (const value of [0.05, 0.1, 0.5, 7]) h.observe(value);
  expect(meter.text()).toBe(
    [
      "# HELP a_total As.",
      "# TYPE a_total counter",
      'a_total{kind="q\\"\\\\\\n"} 3',
      "# HELP b Bs.",
      "# TYPE b gauge",
      "b 1.5",
      "# HELP c_seconds Cs.",
      "# TYPE c_seconds histogram",
      'c_seconds_bucket{le="0.1"} 2',
      'c_seconds_bucket{le="1"} 3',
      'c_seconds_bucket{le="+Inf"} 4',
      "c_seconds_sum 7.65",
      "c_seconds_count 4",
      "",
    ].join("\n"),
  );
});
