// How does a Node service say that something changed?  The event, the right key, acks from all.
//
//   KAFKA_BROKERS=kafka-1:9092 node publish.js event.json...
//
// KAFKA_USERNAME and KAFKA_PASSWORD log in, by TLS and SCRAM-SHA-512 unless KAFKA_MECHANISM says
// PLAIN; KAFKA_CA_FILE names the authority of the brokers' certificates where it is not known here.
//
// Amounts stay text all the way: a number of JavaScript would round them.

import { readFile } from "node:fs/promises";
import process from "node:process";
import { Kafka, Partitioners, logLevel } from "kafkajs";

const TOPIC = process.env.CHANGES_TOPIC ?? "mediaos-changes";

/** The Kafka key: the customer's, so that an invoice and its payments stay in order. */
export function keyOf(event) {
  const [kind, id] = event.subject.split("/");
  if (kind === "product") return event.tenant;
  return `${event.tenant}/mediaos/${kind === "customer" ? id : event.data.advertiser_id}`;
}

/** Send one event; the promise is kept once all in-sync replicas have it. */
export async function publish(producer, text) {
  const [{ partition, baseOffset }] = await producer.send({
    topic: TOPIC,
    acks: -1,
    messages: [
      {
        key: keyOf(JSON.parse(text)),
        value: text,
        headers: { "content-type": "application/cloudevents+json" },
      },
    ],
  });
  return `${TOPIC}/${partition}/${baseOffset}`;
}

/** How to log in; without a user Kafka is spoken to in the open. */
async function login({ KAFKA_USERNAME, KAFKA_PASSWORD, KAFKA_MECHANISM, KAFKA_CA_FILE }) {
  if (!KAFKA_USERNAME) return {};
  const mechanism = (KAFKA_MECHANISM ?? "SCRAM-SHA-512").toLowerCase();
  return {
    ssl: KAFKA_CA_FILE ? { ca: [await readFile(KAFKA_CA_FILE, "utf8")] } : true,
    sasl: { mechanism, username: KAFKA_USERNAME, password: KAFKA_PASSWORD },
  };
}

async function main(files) {
  const kafka = new Kafka({
    clientId: "mediaos-example",
    brokers: (process.env.KAFKA_BROKERS ?? "127.0.0.1:19092").split(","),
    logLevel: logLevel.ERROR,
    ...(await login(process.env)),
  });
  const producer = kafka.producer({
    idempotent: true,
    maxInFlightRequests: 1,
    createPartitioner: Partitioners.DefaultPartitioner,
  });
  await producer.connect();
  try {
    for (const file of files) {
      console.log(await publish(producer, await readFile(file, "utf8")));
    }
  } finally {
    await producer.disconnect();
  }
}

await main(process.argv.slice(2));
