import { loopbackCertificate } from '../support/certificate.ts';
import { CLIENT, SECRET } from '../support/resource-manager.ts';
import { type Estate, TENANT } from './estate.ts';
import type { Processes } from './processes.ts';
import type { Addresses, Ask, Counts } from './server.ts';

/** The loopback Resource Manager, seen from the process that started it. */
export interface Loopback extends Addresses {
  /** Sets the estate and counts from zero. */
  serve(estate: Estate): Promise<void>;
  counts(): Promise<Counts>;
  /** What a client needs to sign in and to trust the server. */
  readonly env: Readonly<Record<string, string>>;
}

/** What stopped the benchmark before it could measure anything. */
export class NotStarted extends Error {}

const ANSWER_MS = 15_000;

export const startLoopback = async (processes: Processes, file: string): Promise<Loopback> => {
  const certificate = await loopbackCertificate();
  const child = processes.start(file);
  const ask = <T>(question: Ask): Promise<T> =>
    new Promise((resolve, reject) => {
      const settle = (act: () => void): void => {
        clearTimeout(timer);
        child.off('message', onMessage);
        child.off('exit', onExit);
        act();
      };
      const refuse = (why: string): void => settle(() => reject(new NotStarted(`the loopback server ${why}`)));
      const onMessage = (message: unknown): void => settle(() => resolve(message as T));
      const onExit = (): void => refuse('has ended');
      const timer = setTimeout(() => refuse(`did not answer within ${ANSWER_MS / 1000} s`), ANSWER_MS);
      child.on('message', onMessage);
      child.on('exit', onExit);
      child.send(question, (error) => error && refuse(`cannot be reached: ${error.message}`));
    });
  const addresses = await ask<Addresses>({ ask: 'listen', key: certificate.key, cert: certificate.cert });
  return {
    ...addresses,
    serve: async (estate) => {
      await ask<Counts>({ ask: 'serve', estate });
    },
    counts: () => ask<Counts>({ ask: 'counts' }),
    env: {
      AZURE_TENANT_ID: TENANT,
      AZURE_CLIENT_ID: CLIENT,
      AZURE_CLIENT_SECRET: SECRET,
      NODE_EXTRA_CA_CERTS: certificate.file,
    },
  };
};
