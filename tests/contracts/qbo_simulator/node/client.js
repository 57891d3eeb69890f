// What node-quickbooks can do, step by step, against the address it is told: one JSON line of the
// steps that failed, each with its reason, and the names of all.

const { Readable } = require("stream");
const QuickBooks = require("node-quickbooks");

const { QBO_URL, QBO_REALM, QBO_TOKEN, QBO_REFRESH } = process.env;
QuickBooks.V3_ENDPOINT_BASE_URL = `${QBO_URL}/v3/company/`;
QuickBooks.TOKEN_URL = `${QBO_URL}/oauth2/v1/tokens/bearer`;
QuickBooks.REVOKE_URL = `${QBO_URL}/v2/oauth2/tokens/revoke`;

const qbo = new QuickBooks(
  "app", "app-secret", QBO_TOKEN, false, QBO_REALM, true, false, 75, "2.0", QBO_REFRESH,
);
const done = [];
const failed = [];

function call(name, ...given) {
  return new Promise((resolve, reject) => {
    qbo[name](...given, (error, data) => {
      if (error) reject(new Error(told(error)));
      else resolve(data);
    });
  });
}

function told(error) {
  const body = (error.response && error.response.data) || error.Fault || error.message || error;
  return Buffer.isBuffer(body) ? body.toString() : JSON.stringify(body);
}

async function step(name, work) {
  done.push(name);
  try {
    return await work();
  } catch (error) {
    failed.push(`${name}: ${error.message}`);
    return null;
  }
}

function check(truth, sentence) {
  if (!truth) throw new Error(sentence);
}

const one = { value: "1" };
const sold = {
  Amount: 20,
  DetailType: "SalesItemLineDetail",
  SalesItemLineDetail: { ItemRef: one, Qty: 2, UnitPrice: 10 },
};
const spent = {
  Amount: 20,
  DetailType: "AccountBasedExpenseLineDetail",
  AccountBasedExpenseLineDetail: { AccountRef: one },
};
const sale = { CustomerRef: one, Line: [sold], BillEmail: { Address: "amy@example.com" } };
const cost = { VendorRef: one, Line: [spent] };

// Kind, its plural, the body, the property that is changed, and how it ends.
const KINDS = [
  ["Account", "Accounts", { Name: "Petty", AccountSubType: "CashOnHand" }, "Name", null],
  ["Attachable", "Attachables", { Note: "first" }, "Note", "delete"],
  ["Bill", "Bills", cost, "PrivateNote", "delete"],
  ["BillPayment", "BillPayments", {
    VendorRef: one, PayType: "Check", TotalAmt: 5, CheckPayment: { BankAccountRef: { value: "35" } },
  }, "PrivateNote", "delete"],
  ["Class", "Classes", { Name: "North" }, "Name", null],
  ["Customer", "Customers", { DisplayName: "Bo's Bikes" }, "CompanyName", null],
  ["CreditMemo", "CreditMemos", sale, "PrivateNote", "delete"],
  ["Deposit", "Deposits", {
    DepositToAccountRef: { value: "35" },
    Line: [{ Amount: 5, DetailType: "DepositLineDetail", DepositLineDetail: { AccountRef: one } }],
  }, "PrivateNote", "delete"],
  ["JournalEntry", "JournalEntries", {
    Line: [["Debit", "35"], ["Credit", "1"]].map(([PostingType, value]) => ({
      Amount: 5,
      DetailType: "JournalEntryLineDetail",
      JournalEntryLineDetail: { PostingType, AccountRef: { value } },
    })),
  }, "PrivateNote", "delete"],
  ["RefundReceipt", "RefundReceipts", { ...sale, DepositToAccountRef: { value: "35" } },
    "PrivateNote", "delete"],
  ["Department", "Departments", { Name: "Print" }, "Name", null],
  ["Employee", "Employees", { GivenName: "Bo", FamilyName: "Second" }, "FamilyName", null],
  ["Estimate", "Estimates", sale, "PrivateNote", "delete"],
  ["Invoice", "Invoices", sale, "PrivateNote", "delete"],
  ["Item", "Items", { Name: "Banner", Type: "Service", IncomeAccountRef: one }, "Name", null],
  ["Payment", "Payments", { CustomerRef: one, TotalAmt: 5 }, "PrivateNote", "delete"],
  ["PaymentMethod", "PaymentMethods", { Name: "Barter" }, "Name", null],
  ["Purchase", "Purchases", {
    PaymentType: "Cash", AccountRef: { value: "35" }, Line: [spent],
  }, "PrivateNote", "delete"],
  ["PurchaseOrder", "PurchaseOrders", cost, "PrivateNote", "delete"],
  ["SalesReceipt", "SalesReceipts", sale, "PrivateNote", "delete"],
  ["Term", "Terms", { Name: "Net 45", DueDays: 45 }, "Name", null],
  ["TimeActivity", "TimeActivities", {
    NameOf: "Employee", EmployeeRef: one, Hours: 1, Description: "set up",
  }, "Description", "delete"],
  ["Transfer", "Transfers", {
    Amount: 5, FromAccountRef: { value: "35" }, ToAccountRef: { value: "36" },
  }, "PrivateNote", "delete"],
  ["Vendor", "Vendors", { DisplayName: "Ink & Sons" }, "DisplayName", null],
  ["VendorCredit", "VendorCredits", cost, "PrivateNote", "delete"],
];
const ONLY_FOUND = [
  "CompanyInfos", "CompanyCurrencies", "CustomerTypes", "ExchangeRates", "Budgets",
  "TaxAgencies", "TaxCodes", "TaxRates",
];

async function lives(kind, plural, body, field, end) {
  const made = await step(`create ${kind}`, () => call(`create${kind}`, { ...body }));
  if (!made) return;
  await step(`get ${kind}`, async () => {
    check((await call(`get${kind}`, made.Id)).Id === made.Id, "another record");
  });
  const changed = await step(`update ${kind}`, async () => {
    const sent = { Id: made.Id, SyncToken: made.SyncToken, [field]: "it's changed" };
    const answer = await call(`update${kind}`, sent);
    check(answer[field] === "it's changed", `${field} is ${answer[field]}`);
    return answer;
  });
  await step(`find ${plural}`, async () => {
    const found = await call(`find${plural}`, { [field]: "it's changed", limit: 5 });
    check(found.QueryResponse[kind].length === 1, "not one");
  });
  await step(`count ${plural}`, async () => {
    const found = await call(`find${plural}`, { count: true });
    check(found.QueryResponse.totalCount > 0, "none");
  });
  if (!end) {
    await step(`deactivate ${kind}`, async () => {
      const { Id, SyncToken } = changed || made;
      check((await call(`update${kind}`, { Id, SyncToken, Active: false })).Active === false, "active");
    });
  } else {
    await step(`delete ${kind}`, async () => {
      const gone = await call(`delete${kind}`, made.Id);
      check(gone[kind].status === "Deleted", "it lives");
    });
  }
}

async function documents() {
  for (const kind of ["Invoice", "Estimate", "SalesReceipt", "CreditMemo"]) {
    const made = await call(`create${kind}`, { ...sale });
    await step(`pdf of ${kind}`, async () => {
      const page = await call(`get${kind}Pdf`, made.Id);
      check(Buffer.from(page).subarray(0, 5).toString() === "%PDF-", "no PDF");
    });
    await step(`send ${kind}`, async () => {
      check((await call(`send${kind}Pdf`, made.Id, "a@example.com")).EmailStatus === "EmailSent", "not");
    });
  }
  const order = await call("createPurchaseOrder", { ...cost });
  await step("send PurchaseOrder", () => call("sendPurchaseOrder", order.Id, "a@example.com"));
  const invoice = await call("createInvoice", { ...sale });
  await step("void Invoice", async () => {
    check((await call("voidInvoice", invoice.Id)).Invoice.TotalAmt === 0, "it stands");
  });
  const { Id, SyncToken } = await call("createPayment", { CustomerRef: one, TotalAmt: 5 });
  await step("void Payment", async () => {
    check((await call("voidPayment", { Id, SyncToken })).TotalAmt === 0, "it stands");
  });
}

async function lists() {
  for (const plural of ONLY_FOUND) {
    await step(`find ${plural}`, async () => {
      check((await call(`find${plural}`, {})).QueryResponse, "no answer");
    });
  }
  await step("all pages", async () => {
    const found = await call("findAccounts", { fetchAll: true, limit: 7 });
    const ids = new Set(found.QueryResponse.Account.map((account) => account.Id));
    check(ids.size === found.QueryResponse.Account.length && ids.size > 20, `${ids.size} accounts`);
  });
  await step("operators", async () => {
    const found = await call("findAccounts", [
      { field: "Name", value: "%i%", operator: "LIKE" },
      { field: "AccountType", value: ["Expense", "Income"], operator: "IN" },
      { desc: "Name" },
      { field: "limit", value: 3 },
    ]);
    check(found.QueryResponse.Account.length === 3, "not three");
  });
}

async function theRest() {
  await step("company info", () => call("getCompanyInfo", QBO_REALM));
  await step("company currency", () => call("getCompanyCurrency", "1"));
  const preferences = await step("preferences", () => call("getPreferences"));
  await step("update preferences", () => call("updatePreferences", {
    Id: preferences.Id, SyncToken: preferences.SyncToken,
    SalesFormsPrefs: { AllowDiscount: true },
  }));
  await step("exchange rate", () => call("getExchangeRate", { sourcecurrencycode: "EUR" }));
  await step("update exchange rate", async () => {
    const sent = { SourceCurrencyCode: "EUR", Rate: 1.5, AsOfDate: "2026-03-01" };
    check((await call("updateExchangeRate", sent)).ExchangeRate.Rate === 1.5, "another rate");
  });
  await step("upload", async () => {
    const file = Readable.from([Buffer.from("a page costs 100")]);
    const kept = await call("upload", "rates.txt", "text/plain", file, "Customer", "1");
    check(kept.AttachableRef[0].EntityRef.value === "1", "not attached");
  });
  await step("batch, an item without an operation", async () => {
    const answer = await call("batch", [
      { bId: "a", Customer: { DisplayName: "Cy's Cycles" } },
      { bId: "b", operation: "create", Invoice: { ...sale } },
      { bId: "c", Query: "select * from Customer" },
    ]);
    const names = answer.BatchItemResponse.map((item) => Object.keys(item).sort().join());
    check(names.join(" ") === "Customer,bId Invoice,bId QueryResponse,bId", names.join(" "));
  });
  await step("change data capture", async () => {
    const answer = await call("changeDataCapture", ["Invoice", "Customer"], "2026-03-01");
    check(answer.CDCResponse[0].QueryResponse.length === 2, "not two");
  });
  const agency = await step("create TaxAgency", () => (
    call("createTaxAgency", { DisplayName: "Town of Springfield" })
  ));
  await step("create TaxService", async () => {
    const rate = {
      TaxRateName: "Springfield", RateValue: "2", TaxApplicableOn: "Sales", TaxAgencyId: agency.Id,
    };
    const made = await call("createTaxService", { TaxCode: "Springfield", TaxRateDetails: [rate] });
    check((await call("getTaxCode", made.TaxCodeId)).Name === "Springfield", "another code");
  });
  await step("refresh", () => call("refreshAccessToken"));
  await step("revoke", () => call("revokeAccess", true));
}

async function all() {
  for (const kind of KINDS) await lives(...kind);
  await documents();
  await lists();
  await theRest();
  console.log(JSON.stringify({ done, failed }));
}

all();
