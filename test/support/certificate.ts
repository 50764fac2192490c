import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { generate } from 'selfsigned';

export interface Certificate {
  readonly key: string;
  readonly cert: string;
  /** A file for NODE_EXTRA_CA_CERTS and REQUESTS_CA_BUNDLE. */
  readonly file: string;
}

/** A certificate for loopback, made for this run of the tests. */
export const loopbackCertificate = async (): Promise<Certificate> => {
  const { private: key, cert } = await generate([{ name: 'commonName', value: 'localhost' }], {
    keyType: 'ec',
    extensions: [
      { name: 'basicConstraints', cA: true, critical: true },
      {
        name: 'subjectAltName',
        altNames: [
          { type: 2, value: 'localhost' },
          { type: 7, ip: '127.0.0.1' },
        ],
      },
    ],
  });
  const file = join(mkdtempSync(join(tmpdir(), 'redvet-cert-')), 'cert.pem');
  writeFileSync(file, cert);
  return { key, cert, file };
};
