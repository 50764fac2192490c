// What a script does that follows Microsoft's samples: the clients as they are, one for each subscription, and `for await` over what
// they list. It asks 32 subscriptions at a time, judges the three properties of the gate and writes a line for each, so that it does
// the work of `redvet scan --rule non-ssl-port-disabled -o ndjson=FILE` with the same calls.
import { createWriteStream } from 'node:fs';
import { RedisManagementClient } from '@azure/arm-rediscache';
import { SubscriptionClient } from '@azure/arm-resources-subscriptions';
import { DefaultAzureCredential } from '@azure/identity';

const [endpoint = '', file = ''] = process.argv.slice(2);
const CONCURRENCY = 32;

const credential = new DefaultAzureCredential({ authorityHost: endpoint, disableInstanceDiscovery: true });
const options = { endpoint, credentialScopes: `${endpoint}/.default` };
const output = createWriteStream(file);

/** @type {string[]} */
const subscriptions = [];
for await (const { subscriptionId } of new SubscriptionClient(credential, options).subscriptions.list()) {
  if (subscriptionId !== undefined) subscriptions.push(subscriptionId);
}

/** @param {string} subscriptionId */
const scan = async (subscriptionId) => {
  const client = new RedisManagementClient(credential, subscriptionId, options);
  for await (const { id, enableNonSslPort, minimumTlsVersion, publicNetworkAccess } of client.redis.listBySubscription()) {
    const findings = [
      { ruleId: 'non-ssl-port-disabled', outcome: enableNonSslPort ? 'fail' : 'pass' },
      { ruleId: 'minimum-tls-1-2', outcome: minimumTlsVersion === '1.2' ? 'pass' : 'fail' },
      { ruleId: 'public-network-access-disabled', outcome: publicNetworkAccess === 'Disabled' ? 'pass' : 'fail' },
    ];
    for (const finding of findings) output.write(`${JSON.stringify({ type: 'finding', ...finding, resourceId: id })}\n`);
  }
};

let next = 0;
const work = async () => {
  for (let id = subscriptions[next++]; id !== undefined; id = subscriptions[next++]) await scan(id);
};
await Promise.all(Array.from({ length: CONCURRENCY }, work));
output.end();
