import { getEventListeners } from 'node:events';
import { createHttpHeaders, createPipelineRequest, type PipelineResponse } from '@azure/core-rest-pipeline';
import { describe, expect, it } from 'vitest';
import type { Traffic } from '../../src/azure/transport.ts';
import { countWait, LONGEST_WAIT_MS, orStopped, pause, retryAfterOf } from '../../src/azure/waiting.ts';

const NOW = Date.parse('2026-01-01T00:00:00Z');

const answer = (headers: Readonly<Record<string, string>>): PipelineResponse => ({
  request: createPipelineRequest({ url: 'https://arm.local/x' }),
  status: 429,
  headers: createHttpHeaders(headers),
});

describe('retryAfterOf', () => {
  it.each([
    [{ 'retry-after': '1' }, 1_000],
    [{ 'retry-after': '3600' }, 3_600_000],
    [{ 'retry-after': '0' }, 500],
    [{ 'retry-after-ms': '700' }, 700],
    [{ 'retry-after-ms': '1' }, 500],
    [{ 'x-ms-retry-after-ms': '800' }, 800],
    [{ 'retry-after-ms': '700', 'retry-after': '9' }, 700],
    [{ 'retry-after-ms': 'soon', 'retry-after': '9' }, 9_000],
    [{ 'retry-after': 'Thu, 01 Jan 2026 00:00:30 GMT' }, 30_000],
    [{ 'retry-after': 'Wed, 31 Dec 2025 00:00:00 GMT' }, 500],
  ])('reads %j as %i ms', (headers, ms) => {
    expect(retryAfterOf(answer(headers), () => NOW)).toBe(ms);
  });

  it.each([
    {},
    { 'retry-after': '' },
    { 'retry-after': '-5' },
    { 'retry-after': '1.5' },
    { 'retry-after': 'soon' },
    { 'retry-after': '2026-01-01' },
  ])('takes %j for nothing asked', (headers) => {
    expect(retryAfterOf(answer(headers), () => NOW)).toBeNull();
  });
});

describe('pause', () => {
  it('ends after its time', async () => {
    const start = performance.now();
    await pause(30, undefined);
    expect(performance.now() - start).toBeGreaterThan(25);
  });

  it('ends at once when it is stopped, before or while it lasts', async () => {
    await expect(pause(LONGEST_WAIT_MS, AbortSignal.abort())).rejects.toMatchObject({ name: 'AbortError' });
    await expect(pause(LONGEST_WAIT_MS, AbortSignal.timeout(10))).rejects.toMatchObject({ name: 'AbortError' });
  });
});

describe('orStopped', () => {
  it('gives what the work gives, and its error', async () => {
    await expect(orStopped(Promise.resolve(7), new AbortController().signal)).resolves.toBe(7);
    await expect(orStopped(Promise.reject(new Error('down')), undefined)).rejects.toThrow('down');
  });

  it('leaves nothing on the signal, however often it is stopped: it lives as long as the run', async () => {
    const { signal, stop } = (() => {
      const controller = new AbortController();
      return { signal: controller.signal, stop: () => controller.abort() };
    })();
    const never = Array.from({ length: 5 }, () => orStopped(new Promise(() => {}), signal).catch(() => 'stopped'));
    stop();
    expect(await Promise.all(never)).toEqual(Array(5).fill('stopped'));
    for (let n = 0; n < 5; n += 1) await expect(orStopped(new Promise(() => {}), signal)).rejects.toMatchObject({ name: 'AbortError' });
    expect(getEventListeners(signal, 'abort')).toEqual([]);
  });

  it('hears nothing of work that fails when nobody waits any more', async () => {
    const heard: unknown[] = [];
    const listen = (error: unknown): void => void heard.push(error);
    process.on('unhandledRejection', listen);
    await expect(orStopped(Promise.reject(new Error('late')), AbortSignal.abort())).rejects.toMatchObject({ name: 'AbortError' });
    await new Promise((resolve) => setTimeout(resolve, 20));
    process.off('unhandledRejection', listen);
    expect(heard).toEqual([]);
  });

  it('does not wait for work that is stopped', async () => {
    await expect(orStopped(new Promise(() => {}), AbortSignal.timeout(10))).rejects.toMatchObject({ name: 'AbortError' });
  });
});

describe('countWait', () => {
  it('adds up what requests wait, and knows when the last of those that wait at once goes on', () => {
    const traffic: Traffic = { apiCalls: 0, retries: 0, throttledMs: 0 };
    countWait(traffic, 5_000, () => 1_000);
    countWait(traffic, 2_000.4, () => 1_500);
    expect(traffic).toEqual({ apiCalls: 0, retries: 0, throttledMs: 7_000, resumesAt: 6_000 });
    countWait(traffic, 4_000, () => 3_000);
    expect(traffic.resumesAt).toBe(7_000);
  });
});
