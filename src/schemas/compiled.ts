import { Ajv2020 } from 'ajv/dist/2020.js';
import configSchema from './config.json' with { type: 'json' };
import waiversSchema from './waivers.json' with { type: 'json' };

/**
 * The schemas of what people write, as functions that check a value. In what is built the code that ajv makes of the schemas stands here,
 * with the same options, and ajv itself does not: see .build.js.
 */
const ajv = new Ajv2020({ allErrors: true, strictTypes: false, messages: false });

export const config = ajv.compile(configSchema);
export const waivers = ajv.compile(waiversSchema);
