import { html, type Markup } from './markup.ts';

/** The portal of each cloud that has one. */
const PORTALS: Readonly<Record<string, string>> = {
  public: 'https://portal.azure.com',
  usgov: 'https://portal.azure.us',
  china: 'https://portal.azure.cn',
};

/** What may stand in an address: an id by Azure's naming rules. */
const CACHE_ID =
  /^\/subscriptions\/[0-9a-f-]{36}\/resourceGroups\/[\w().-]{1,90}\/providers\/Microsoft\.Cache\/(?:redis|redisEnterprise)\/[A-Za-z0-9-]{1,63}$/i;

/** A link to a cache that runs; null where there is none, or its id is not what Azure would give. */
export const portalOf = (id: string, cloud: string): Markup | null => {
  const portal = Object.hasOwn(PORTALS, cloud) ? PORTALS[cloud] : undefined;
  return portal === undefined || !CACHE_ID.test(id) ? null : html` <a href="${portal}/#resource${id}" rel="noreferrer">Azure portal</a>`;
};
