// How does a Node service say that something changed?  The event, the right key, acks from all.
//
//   KAFKA_BROKERS=kafka-1:9092 node publish.js event.json...
//
// KAFKA_USERNAME and KAFKA_PASSWORD log in, by TLS and SCRAM-SHA-512 unless KAFKA_MECHANISM says
// PLAIN; KAFKA_CA_FILE names the authority of the brokers' certificates where it is not known here.
// A file that holds no event ends it before anything is sent.
// What Kafka does not take within PUBLISH_SECONDS (30) is given up: the last line names it, and the
// exit status is 1.
//
// Amounts stay text all the way: a number of JavaScript would round them.

import { readFile } from "node:fs/promises";
import process from "node:process";
import { Kafka, Partitioners, logLevel } from "kafkajs";

const TOPIC = process.env.CHANGES_TOPIC ?? "mediaos-changes";
const SECONDS = Number(process.env.PUBLISH_SECONDS ?? 30);
const BROKERS = process.env.KAFKA_BROKERS ?? "127.0.0.1:19092";

/** The Kafka key: the customer's, so that an invoice and its payments stay in order. */
export function keyOf(event) {
  const [kind, id] = event.subject.split("/");
  if (kind === "product") return event.tenant;
  return `${event.tenant}/mediaos/${kind === "customer" ? id : event.data.advertiser_id}`;
}

/** Send one event; the promise is kept once all in-sync replicas have it. */
export async function publish(producer, { key, value }) {
  const [{ partition, baseOffset }] = await producer.send({
    topic: TOPIC,
    acks: -1,
    messages: [
      {
        key,
        value,
        headers: { "content-type": "application/cloudevents+json" },
      },
    ],
  });
  return `${TOPIC}/${partition}/${baseOffset}`;
}

/** The event that a file holds; the end of this process where it holds none, before any is sent. */
async function read(file) {
  try {
    const value = await readFile(file, "utf8");
    return { file, key: keyOf(JSON.parse(value)), value };
  } catch (fault) {
    console.error(`nothing is published: ${file} holds no event: ${fault.message}`);
    process.exit(1);
  }
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
  const events = await Promise.all(files.map(read));
  const kafka = new Kafka({
    clientId: "mediaos-example",
    brokers: BROKERS.split(","),
    logLevel: logLevel.ERROR,
    ...(await login(process.env)),
  });
  const producer = kafka.producer({
    idempotent: true,
    maxInFlightRequests: 1,
    createPartitioner: Partitioners.DefaultPartitioner,
  });
  // An idempotent producer of kafkajs never gives up by itself.
  await inTime(files[0], producer.connect());
  for (const event of events) {
    console.log(await inTime(event.file, publish(producer, event)));
  }
  await producer.disconnect();
}

/** What is promised, or the end of this process when it is not kept in time. */
async function inTime(file, promised) {
  let timer;
  const late = new Promise((_, reject) => {
    timer = setTimeout(() => reject(new Error(`no answer within ${SECONDS} s`)), SECONDS * 1000);
  });
  try {
    return await Promise.race([promised, late]);
  } catch (fault) {
    const why = `${BROKERS}: ${fault.message}`;
    console.error(`not published: ${file} and those behind it: ${why}; send them again`);
    process.exit(1);
  } finally {
    clearTimeout(timer);
  }
}

await main(process.argv.slice(2));
