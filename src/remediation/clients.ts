import type { CacheKind } from '../model/cache.ts';
import type { Fix } from '../model/fix.ts';

/** What a program that connects has to say in its own language. */
export interface ClientChange {
  /** A client library or tool. */
  readonly client: string;
  readonly change: string;
}

/** PORT is the one that speaks TLS. */
const TLS: readonly ClientChange[] = [
  { client: 'StackExchange.Redis', change: 'HOST:PORT,ssl=True in the connection string' },
  { client: 'redis-py', change: 'Redis(host=HOST, port=PORT, ssl=True)' },
  { client: 'redis-cli', change: 'redis-cli --tls -h HOST -p PORT' },
  { client: 'Jedis', change: 'DefaultJedisClientConfig.builder().ssl(true), port PORT' },
  { client: 'Lettuce', change: 'RedisURI.builder().withHost(HOST).withPort(PORT).withSsl(true)' },
  { client: 'go-redis', change: 'redis.Options{Addr: "HOST:PORT", TLSConfig: &tls.Config{MinVersion: tls.VersionTLS12}}' },
  { client: 'node-redis', change: "createClient({ url: 'rediss://HOST:PORT' })" },
  { client: 'ioredis', change: 'new Redis({ host: HOST, port: PORT, tls: {} })' },
];

const ENTRA: readonly ClientChange[] = [
  {
    client: 'StackExchange.Redis',
    change:
      'package Microsoft.Azure.StackExchangeRedis: await options.ConfigureForAzureWithTokenCredentialAsync(new DefaultAzureCredential())',
  },
  {
    client: 'redis-py',
    change: 'package redis-entraid: credential_provider=create_from_default_azure_credential(("https://redis.azure.com/.default",))',
  },
  {
    client: 'Jedis',
    change: 'package redis-authx-entraid: DefaultJedisClientConfig.builder().authXManager(new AuthXManager(tokenAuthConfig)).ssl(true)',
  },
  {
    client: 'Lettuce',
    change:
      'package redis-authx-entraid: TokenBasedRedisCredentialsProvider.create(tokenAuthConfig), with ReauthenticateBehavior.ON_NEW_CREDENTIALS',
  },
  {
    client: 'go-redis',
    change:
      'package go-redis-entraid: StreamingCredentialsProvider out of entraid.NewDefaultAzureCredentialsProvider (go-redis 9.9 or newer)',
  },
  {
    client: 'node-redis',
    change: 'package @redis/entraid: credentialsProvider out of EntraIdCredentialsProviderFactory.createForDefaultAzureCredential',
  },
];

const onPort = (port: string): readonly ClientChange[] =>
  TLS.map(({ client, change }) => ({ client, change: change.replaceAll('PORT', port) }));

const TLS_BY_KIND: Readonly<Record<CacheKind, readonly ClientChange[]>> = {
  redis: onPort('6380'),
  managed: onPort('10000'),
  enterprise: onPort('10000'),
};

/** What has to change in the programs that connect to a cache of that kind; empty where nothing has to. */
export const clientChanges = ({ clients }: Fix, kind: CacheKind): readonly ClientChange[] => {
  if (clients === null) return [];
  return clients === 'entra' ? ENTRA : TLS_BY_KIND[kind];
};
