import type { Cloud } from '../azure/clouds.ts';
import { readProxy } from '../azure/proxy.ts';
import { Trouble } from '../errors.ts';
import type { Environment, ProxyUse } from '../model/diagnosis.ts';
import type { Config } from './config.ts';
import type { Io } from './io.ts';

/** Where redvet runs, as far as it decides what can be reached. */
export const environmentOf = async (cloud: Cloud, config: Config | null, io: Io): Promise<Environment> => {
  const certificates = io.env['NODE_EXTRA_CA_CERTS'] || null;
  return {
    node: process.version,
    platform: io.platform,
    cloud: cloud.name,
    endpoint: cloud.endpoint,
    authority: cloud.authority,
    audience: cloud.audience,
    proxy: proxyOf(cloud, io.env),
    extraCertificates: certificates === null ? null : { path: certificates, exists: await io.exists(certificates) },
    asksForNoTrust: io.env['NODE_TLS_REJECT_UNAUTHORIZED'] === '0',
    config: config?.path ?? null,
  };
};

const proxyOf = ({ endpoint, authority }: Cloud, env: Io['env']): ProxyUse | null => {
  try {
    const proxy = readProxy(env);
    if (proxy === null) return null;
    return {
      address: proxy.url.origin,
      hasCredentials: proxy.authorization !== null,
      servesEndpoint: proxy.serves(new URL(endpoint)),
      servesAuthority: proxy.serves(new URL(authority)),
      problem: null,
    };
  } catch (error) {
    if (!(error instanceof Trouble)) throw error;
    return { address: null, hasCredentials: false, servesEndpoint: false, servesAuthority: false, problem: error.problem };
  }
};
