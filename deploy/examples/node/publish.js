// How does a Node service say that something changed?  The event, the right key, acks from all.
//
//   KAFKA_BROKERS=kafka-1:9092 node publish.js event.json...
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

async function main(files) {
  const kafka = new Kafka({
    clientId: "mediaos-example",
    brokers: (process.env.KAFKA_BROKERS ?? "127.0.0.1:19092").split(","),
    logLevel: logLevel.ERROR,
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
