// Axes: round steps from nothing to a bit above the largest value.

const COUNTS = [1, 2, 5];
/** In seconds: what people count time in. */
const TIMES = [1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 14_400, 43_200];

/** At most so many steps. */
const STEPS = 5;

/** Ticks of an axis of counts, from 0. */
export function countTicks(max: number): number[] {
  for (let power = 1; ; power *= 10) {
    for (const round of COUNTS) {
      if (round * power * STEPS >= max) return upTo(max, round * power);
    }
  }
}

/** Ticks of an axis of milliseconds, from 0. */
export function timeTicks(maxMs: number): number[] {
  const seconds = maxMs / 1000;
  const step = TIMES.find((round) => round * STEPS >= seconds);
  return upTo(seconds, step ?? Math.ceil(seconds / STEPS / 86_400) * 86_400).map((s) => s * 1000);
}

function upTo(max: number, step: number): number[] {
  const count = Math.max(1, Math.ceil(max / step));
  return Array.from({ length: count + 1 }, (_, at) => at * step);
}

/** Every how manieth label fits, when each needs so many pixels. */
export function labelEvery(count: number, width: number, each: number): number {
  const room = Math.max(1, Math.floor(width / each));
  return Math.max(1, Math.ceil(count / room));
}
