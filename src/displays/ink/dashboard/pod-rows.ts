import type { ContainerState, ContainerView, FleetPod, FleetView, PodDetail } from '../../../engine/fleet-view.js';
import { describeBytes, describeCores } from '../../../tenant/quantities.js';
import { age } from '../../fleet-words.js';
import { cell, oneLine, wrapText } from '../cells.js';
import { BLANK, fitRow, rowOf, span, type Row } from '../rows.js';
import type { Tone } from '../theme.js';
import type { DrawOptions } from './fleet-rows.js';
import { podLook } from './looks.js';
import { indexOf, visiblePods, type DashboardState } from './state.js';

const LABEL = 11;
/** Events of the pod that are worth their rows. */
const EVENTS = 20;

/** A fact, on as many rows as it takes: here nothing is cut off. */
const fact = (label: string, text: string, { columns }: DrawOptions, tone?: Tone): Row[] =>
  wrapText(oneLine(text), columns - LABEL - 4).map((line, index) => [span(`   ${cell(index === 0 ? label : '', LABEL)}`, 'dim'), span(line, tone)]);

const stateWords = ({ words, since }: ContainerState, now: number): string => `${words}${since === undefined ? '' : words === 'running' ? ` for ${age(since, now)}` : `, ${age(since, now)} ago`}`;

const allotmentWords = ({ cpu, memory }: ContainerView): string => {
  const words = (name: string, describe: (value: number) => string, { request, limit }: ContainerView['cpu']): string =>
    request === null && limit === null ? '' : `${name} ${request === null ? 'nothing' : describe(request)}${limit === null ? ', no limit' : ` up to ${describe(limit)}`}`;
  return [words('cpu', describeCores, cpu), words('memory', describeBytes, memory)].filter((part) => part !== '').join('; ');
};

const containerRows = (container: ContainerView, options: DrawOptions): Row[] => {
  const { theme, now } = options;
  const { state, before } = container;
  const look = theme.state(state.well ? (state.words === 'running' || container.init ? 'done' : 'running') : 'failed');
  const asks = allotmentWords(container);
  return [
    BLANK,
    [
      span(` ${container.init ? 'INIT CONTAINER' : 'CONTAINER'} `, 'dim'),
      span(container.name, undefined, true),
      span(`  ${look.icon} ${oneLine(stateWords(state, now))}`, look.tone),
      span(container.restarts === 0 ? '' : `  ${container.restarts} ${container.restarts === 1 ? 'restart' : 'restarts'}`, 'warn'),
    ],
    ...(state.message === undefined ? [] : fact('Says', state.message, options, state.well ? undefined : 'warn')),
    ...(before === undefined ? [] : fact('Before', `${stateWords(before, now)}${before.message === undefined ? '' : `: ${before.message}`}`, options, before.well ? undefined : 'warn')),
    ...fact('Image', container.image, options),
    ...(asks === '' ? [] : fact('Asks for', asks, options)),
  ];
};

const headRows = (pod: FleetPod, detail: PodDetail | undefined, options: DrawOptions): Row[] => {
  const look = podLook(pod, options.theme);
  const place = [pod.node ?? 'no node yet', detail?.ip ?? '', detail?.owner ?? '', `${age(pod.createdAt, options.now)} old`].filter((part) => part !== '');
  return [[span(` ${look.icon} ${pod.name}`, look.tone, true), span(`  ${oneLine(pod.reason) || pod.phase.toLowerCase()}, ${pod.ready}/${pod.containers} ready`, look.tone)], ...fact('Place', place.join(` ${options.theme.glyph.dot} `), options)];
};

const allRows = (state: DashboardState, view: FleetView | undefined, options: DrawOptions): Row[] => {
  const pods = visiblePods(state, view);
  const pod = pods[indexOf(state.pod, pods)];
  // Its place in the list may be another one's by now.
  if (!pod || pod.name !== state.pod.name) return [rowOf(` There is no pod ${state.pod.name ?? ''} any more.`, 'dim')];
  const detail = view?.detail?.podDetails?.[pod.name];
  const events = (view?.detail?.events ?? []).filter(({ object }) => object === `pod/${pod.name}`).slice(0, EVENTS);
  return [
    ...headRows(pod, detail, options),
    ...(detail ? detail.containers.flatMap((container) => containerRows(container, options)) : [BLANK, rowOf(' Reading its containers', 'dim')]),
    ...(events.length === 0 ? [] : [BLANK, rowOf(' EVENTS', 'dim')]),
    ...events.flatMap((event) => fact(age(event.at, options.now), `${event.reason}: ${event.message}${event.count > 1 ? ` (${event.count} times)` : ''}`, options, event.warning ? 'warn' : undefined)),
  ];
};

/** How far the details can be scrolled. */
export const podOverflow = (state: DashboardState, view: FleetView | undefined, options: DrawOptions): number => Math.max(0, allRows(state, view, options).length - options.rows);

/** One pod closely: at most `rows` rows. */
export const podRows = (state: DashboardState, view: FleetView | undefined, options: DrawOptions): Row[] => {
  const all = allRows(state, view, options);
  const top = Math.min(state.scroll, Math.max(0, all.length - options.rows));
  return all.slice(top, top + options.rows).map((row) => fitRow(row, options.columns, options.theme.glyph.ellipsis));
};
