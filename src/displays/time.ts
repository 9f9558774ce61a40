/** A finished duration: `0.9 s`, `14 s`, `3 min 05 s`. */
export const duration = (ms: number): string => {
  const seconds = ms / 1000;
  if (seconds < 0.05) return '<0.1 s';
  if (seconds < 10) return `${seconds.toFixed(1)} s`;
  if (seconds < 60) return `${Math.round(seconds)} s`;
  const whole = Math.round(seconds);
  return `${Math.floor(whole / 60)} min ${String(whole % 60).padStart(2, '0')} s`;
};

/** A running clock, to the second: `0:41`, `12:05`, `1:02:03`. */
export const clock = (ms: number): string => {
  const whole = Math.max(0, Math.floor(ms / 1000));
  const seconds = String(whole % 60).padStart(2, '0');
  const minutes = Math.floor(whole / 60) % 60;
  const hours = Math.floor(whole / 3600);
  return hours > 0 ? `${hours}:${String(minutes).padStart(2, '0')}:${seconds}` : `${minutes}:${seconds}`;
};
