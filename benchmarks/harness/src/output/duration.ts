import prettyMilliseconds from 'pretty-ms';

/** For people: "14m 30s". */
export function formatDuration(seconds: number): string {
  const rounded = seconds >= 10 ? Math.round(seconds) : seconds;
  return prettyMilliseconds(rounded * 1000, { unitCount: 2, secondsDecimalDigits: seconds >= 10 ? 0 : 1 });
}
