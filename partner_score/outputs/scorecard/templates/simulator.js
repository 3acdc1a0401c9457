"use strict";
// The engine of partner_score/simulator/engine.py once more, and the parts of the page that ask it. Amounts are whole
// numbers of ten-billionths, as decimals with ten places are: no amount is ever a float. Each function has its namesake
// there, and tests compare the two.
{
  const ONE = 10n ** 10n;
  const TRACKS = {
    azure_revenue: ["azure"], m365_seats: ["m365"], customer_lost: ["azure", "m365"], certification: ["skilling"],
  };
  const NEW_TENANT = { azure: {}, m365: {}, counted: {}, inside_before: [] };

  const read = (value) => {
    const [, sign, whole, places = ""] = /^([+-]?)(\d+)(?:\.(\d{1,10}))?$/.exec(String(value));
    const size = BigInt(whole + places.padEnd(10, "0"));
    return sign === "-" ? -size : size;
  };
  const max = (one, other) => (one > other ? one : other);
  const min = (one, other) => (one < other ? one : other);
  // half up, of what is not below zero
  const divided = (value, by) => (2n * value + by) / (2n * by);
  const toSix = (exact) => divided(exact, 10n ** 4n);
  const roundUpToHundredth = (exact) => (toSix(exact) + 9999n) / 10000n;
  const normalized = (text) => text.trim().split(/\s+/).join(" ").toLowerCase();

  const bandStanding = (criterion, value, active) => {
    const { minimum_value: least, maximum_value: most, minimum_active_share: share } = criterion;
    if (least !== null && (value < read(least) || (!criterion.is_minimum_included && value === read(least))))
      return "below";
    const isAbove = most !== null
      && (value > read(most) || (!criterion.is_maximum_included && value === read(most)));
    const isIdle = share !== null && active * ONE < read(share) * value;
    return (isAbove ? "above" : "inside") + (isIdle ? " idle" : "");
  };

  const countedValue = (criterion, values, wasInside) => {
    const standings = values.map(([value, active]) => bandStanding(criterion, value, active));
    const isInside = standings.some((standing) => standing.startsWith("inside"));
    const hasOutgrown = !isInside && standings.includes("above") && wasInside;
    if (!(standings.includes("inside") || (criterion.keeps_outgrown_tenants && hasOutgrown))) return 0n;
    if (criterion.measure === "count") return ONE;
    return values.reduce((sum, [, active]) => sum + active, 0n);
  };

  const changedValues = (state, tenant, list, track, changes) => {
    const isLost = changes.some((change) => change.kind === "customer_lost");
    if (track === "azure") {
      const revenue = isLost ? undefined : tenant.azure[list];
      const added = changes.filter((change) => change.kind === "azure_revenue");
      if (revenue === undefined && !added.length) return [];
      const value = added.reduce((sum, change) => sum + read(change.amount), read(revenue ?? 0));
      return [[value, value]];
    }
    const workloads = new Map();
    for (const seats of (isLost ? [] : tenant.m365[list] ?? []))
      workloads.set(seats.workload, [read(seats.paid_seats), read(seats.active_users)]);
    const known = new Map(Object.entries(state.workloads[list] ?? {}));
    for (const change of changes) {
      const name = change.kind === "m365_seats" ? known.get(normalized(change.detail)) : undefined;
      // a workload that the rule set does not list counts for nothing
      if (name === undefined) continue;
      const [paid, active] = workloads.get(name) ?? [0n, 0n];
      workloads.set(name, [paid + read(change.amount), active + read(change.active_amount)]);
    }
    // there are no fewer seats and users than none
    return [...workloads.values()].map(([paid, active]) => [max(paid, 0n), max(min(paid, active), 0n)]);
  };

  const personAmounts = (ruleset, certifications) => {
    const earned = new Map(Object.entries(ruleset.certifications));
    const held = new Set([...certifications].flatMap((name) => earned.get(name) ?? []));
    const amounts = new Map();
    const required = [];
    for (const step of ruleset.steps)
      if (step.held_by === "organization") amounts.set(`step/${step.step}`, held.has(step.step) ? ONE : 0n);
      else required.push(step.step);
    const isComplete = required.length > 0 && required.every((step) => held.has(step));
    return amounts.set("complete", isComplete ? ONE : 0n);
  };

  const add = (amounts, effect) => {
    for (const [key, value] of effect) amounts.set(key, amounts.get(key) + value);
  };
  const difference = (after, before, times) =>
    new Map([...after].map(([key, value]) => [key, (value - before.get(key)) * BigInt(times)]));

  const amountsNow = (state, ruleset) => {
    const amounts = new Map();
    for (const metric of ruleset.metrics)
      for (const track of metric.tracks)
        if (track.track !== "skilling") amounts.set(`${metric.metric}/${track.track}`, read(track.current_value));
    for (const [key, value] of personAmounts(ruleset, [])) amounts.set(key, value);
    for (const certifications of Object.values(state.individuals)) add(amounts, personAmounts(ruleset, certifications));
    return amounts;
  };

  const subjectEffect = (state, ruleset, track, name, changes) => {
    // new ones all alike
    const times = changes.reduce((most, change) => Math.max(most, change.times ?? 1), 1);
    if (track === "skilling") {
      const before = new Set(Object.hasOwn(state.individuals, name) ? state.individuals[name] : []);
      const after = new Set(before);
      for (const change of changes) {
        if (read(change.amount) > 0n) after.add(change.detail);
        else after.delete(change.detail);
      }
      return difference(personAmounts(ruleset, after), personAmounts(ruleset, before), times);
    }
    const tenant = Object.hasOwn(state.tenants, name) ? state.tenants[name] : NEW_TENANT;
    const values = changedValues(state, tenant, ruleset.lists[track], track, changes);
    const after = new Map();
    const before = new Map();
    for (const metric of ruleset.metrics)
      for (const { criterion_id: id } of metric.tracks.filter((one) => one.track === track)) {
        const key = `${metric.metric}/${track}`;
        after.set(key, countedValue(state.criteria[id], values, tenant.inside_before.includes(id)));
        before.set(key, read(tenant.counted[id] ?? 0));
      }
    return difference(after, before, times);
  };

  const fullUnits = (change, size, cap) => {
    const cut = cap === null ? change : min(change, size * BigInt(cap));
    return max(0n, cut) / size;
  };

  const skillingValue = (ruleset, amounts) => {
    let areMet = true;
    let points = 0n;
    for (const step of ruleset.steps.filter((one) => one.held_by === "organization")) {
      const isMet = amounts.get(`step/${step.step}`) >= read(step.minimum_individuals);
      areMet = areMet && isMet;
      if (isMet) points += read(step.points);
    }
    return [areMet ? amounts.get("complete") : 0n, points];
  };

  const judgeMetric = (ruleset, metric, amounts) => {
    let units = 0n;
    let stepPoints = 0n;
    for (const track of metric.tracks) {
      let value;
      if (track.track === "skilling") {
        let points;
        [value, points] = skillingValue(ruleset, amounts);
        stepPoints += points;
      } else value = amounts.get(`${metric.metric}/${track.track}`) - read(track.prior_value ?? 0);
      units += fullUnits(value, read(track.unit_size), track.units_cap);
    }
    const unitsForMax = BigInt(metric.units_for_max);
    units = min(units, unitsForMax);
    const maxPoints = read(metric.max_points);
    const ofUnits = metric.points_per_unit === null
      ? divided(maxPoints * units, unitsForMax)
      : read(metric.points_per_unit) * units;
    const exact = min(maxPoints, stepPoints + ofUnits);
    return {
      name: metric.metric, units, unitsForMax, exact, points: roundUpToHundredth(exact),
      isMinimumMet: exact >= read(ruleset.minimum_metric_points),
    };
  };

  const judge = (state, ruleset, changes) => {
    const amounts = amountsNow(state, ruleset);
    const changed = new Map();
    for (const change of changes)
      for (const track of TRACKS[change.kind]) {
        const key = JSON.stringify([track, change.subject]);
        changed.set(key, [...(changed.get(key) ?? []), change]);
      }
    for (const [key, ofIt] of changed) add(amounts, subjectEffect(state, ruleset, ...JSON.parse(key), ofIt));
    const metrics = ruleset.metrics.map((metric) => judgeMetric(ruleset, metric, amounts));
    const exact = metrics.reduce((sum, metric) => sum + metric.exact, 0n);
    const passes = toSix(exact) * 10n ** 4n >= read(ruleset.minimum_total_points)
      && metrics.every((metric) => metric.isMinimumMet);
    const status = ruleset.is_history_complete ? (passes ? "qualified" : "in_progress") : "insufficient_history";
    return { metrics, total: roundUpToHundredth(exact), status };
  };

  // Of two thresholds of one value the larger amount counts; all else adds up (partner_score/simulator/actions.py).
  const jointChanges = (actions) => {
    const kinds = { skilling: "certification", azure: "azure_revenue", m365: "m365_seats" };
    const reaching = new Map();
    const changes = [];
    for (const action of actions) {
      const change = { ...action, kind: kinds[action.track] };
      if (action.kind !== "near_threshold") {
        changes.push(change);
        continue;
      }
      const key = JSON.stringify([action.track, action.subject, action.detail]);
      const other = reaching.get(key) ?? change;
      const larger = (name) => (read(change[name]) > read(other[name]) ? change : other)[name];
      reaching.set(key, { ...change, amount: larger("amount"), active_amount: larger("active_amount") });
    }
    return [...changes, ...reaching.values()];
  };

  // --- the page ------------------------------------------------------------------------------------------------------

  const { state, actions, metric_names: metricNames, words } = JSON.parse(
    document.getElementById("simulation").textContent,
  );
  const element = (name, text, ...classes) => {
    const made = document.createElement(name);
    if (text !== undefined) made.textContent = text;
    made.classList.add(...classes);
    return made;
  };
  const points = (hundredths) => `${hundredths / 100n}.${String(hundredths % 100n).padStart(2, "0")}`;
  const signed = (hundredths) =>
    (hundredths < 0n ? `−${points(-hundredths)}` : `+${points(hundredths)}`);
  const grouped = (text) => {
    const [whole, places] = text.replace(/^\+/, "").split(".");
    const inGroups = whole.replace(/\B(?=(\d{3})+$)/g, ",").replace("-", "−");
    return places === undefined ? inGroups : `${inGroups}.${places}`;
  };
  const withSign = (text) => (text.startsWith("-") ? grouped(text) : `+${grouped(text)}`);
  const newOnes = (count, one, many) => (count === "1" ? `1 new ${one}` : `${grouped(count)} new ${many}`);
  const each = (count) => (count === "1" ? "" : " each");
  const textOf = (one) => one.textContent.replace(/\s+/g, " ").trim();

  let newSubjects = 0;
  // What each form adds: changes, and what they are in words. A new customer or person is one of its own.
  const ADDITIONS = {
    customers: ({ count, amount }) => [
      { kind: "azure_revenue", subject: `new ${newSubjects += 1}`, amount, times: Number(count) },
      `${newOnes(count, "customer", "customers")} with ${grouped(amount)} USD of Azure${each(count)} in a year`,
    ],
    revenue: ({ customer, amount }, named) => [
      { kind: "azure_revenue", subject: customer, amount },
      `${named.customer}: ${withSign(amount)} USD of Azure in a year`,
    ],
    seats: ({ customer, count, workload, amount, active }, named) => [
      {
        kind: "m365_seats", subject: customer || `new ${newSubjects += 1}`, detail: workload, amount,
        active_amount: active, times: customer ? 1 : Number(count),
      },
      customer
        ? `${named.customer}: ${withSign(amount)} paid seats and ${withSign(active)} active users of ${workload}`
        : `${newOnes(count, "customer", "customers")} with ${grouped(amount)} paid seats and ${grouped(active)} active users of ${workload}${each(count)}`,
    ],
    people: ({ count, certification }, named) => [
      {
        kind: "certification", subject: `new ${newSubjects += 1}`, detail: certification, amount: "1",
        times: Number(count),
      },
      `${named.certification} passed by ${newOnes(count, "person", "people")}`,
    ],
  };

  for (const place of document.querySelectorAll(".asked")) {
    const panel = place.closest(".panel");
    const ruleset = state.rulesets.find((one) => one.ruleset_id === place.dataset.ruleset);
    const find = (selector) => place.querySelector(selector);
    const ticks = [...panel.querySelectorAll(".tick input")];
    const joint = panel.querySelector(".joint");
    const now = judge(state, ruleset, []);
    let additions = [];

    const pass = read(ruleset.minimum_total_points);
    const summary = (then) => {
      const short = pass / 10n ** 8n - then.total;
      const below = then.metrics.filter((metric) => !metric.isMinimumMet).map((metric) => metricNames[metric.name]);
      const missing = then.status !== "in_progress" ? "" : [
        ...(short > 0n ? [`${points(short)} short of the pass mark`] : []),
        ...(below.length ? [`too little in ${below.join(" and ")}`] : []),
      ].map((text) => `, ${text}`).join("");
      const [before, after] = [now, then].map((judged) => words[judged.status].toLowerCase());
      const becomes = before === after ? after : `${before}, then ${after}`;
      const change = signed(then.total - now.total);
      return `${points(now.total)} now, ${points(then.total)} then (${change}): ${becomes}${missing}`;
    };

    const row = (name, cells) => {
      const line = element("tr");
      const head = element("th", name);
      head.scope = "row";
      line.append(head, ...cells.map((text) => element("td", text, "n")));
      return line;
    };
    const show = () => {
      const ticked = ticks.filter((tick) => tick.checked);
      const changes = [
        ...jointChanges(ticked.flatMap((tick) => actions[ruleset.ruleset_id][tick.value])),
        ...additions.map((addition) => addition.change),
      ];
      const then = judge(state, ruleset, changes);
      const count = ticked.length + additions.length;
      const items = [
        ...ticked.map((tick) => [
          tick.getAttribute("aria-labelledby").split(" ").map((id) => textOf(document.getElementById(id))).join(": "),
          () => { tick.checked = false; },
        ]),
        ...additions.map((addition) => [
          addition.text,
          () => { additions = additions.filter((other) => other !== addition); },
        ]),
      ];
      find(".scenario").replaceChildren(...items.map(([text, drop], index) => {
        const item = element("li");
        const button = element("button", "Remove");
        button.type = "button";
        button.setAttribute("aria-label", `Remove: ${text}`);
        button.addEventListener("click", () => {
          drop();
          show();
          // the focus stays in the list, while there is one
          const left = find(".scenario").querySelectorAll("button");
          (left[Math.min(index, left.length - 1)] ?? find(".outcome")).focus();
        });
        item.append(element("span", text), button);
        return item;
      }));
      place.classList.toggle("chosen", count > 0);
      find(".then").textContent = count
        ? `${summary(then)}.`
        : "Nothing is chosen. Tick what wins points, or add something here.";
      find(".then").dataset.status = count ? then.status : "";
      find(".result").hidden = find(".clear").hidden = !count;
      const metrics = Object.keys(metricNames)
        .map((name) => [now, then].map((judged) => judged.metrics.find((metric) => metric.name === name)))
        .filter(([before]) => before);
      if (!count) find("tbody").replaceChildren();
      else find("tbody").replaceChildren(
        ...metrics.map(([before, after]) => {
          const line = row(metricNames[after.name], [
            `${before.units} → ${after.units} of ${after.unitsForMax}`, points(before.points), points(after.points),
            after.points === before.points ? "–" : signed(after.points - before.points),
          ]);
          line.dataset.metric = after.name;
          if (!after.isMinimumMet) line.classList.add("below");
          return line;
        }),
        row("Total", ["", points(now.total), points(then.total),
          then.total === now.total ? "–" : signed(then.total - now.total)]),
      );
      if (joint) {
        joint.hidden = !count;
        joint.querySelector("span").textContent = count ? `${count} chosen: ${summary(then)}` : "";
      }
    };

    for (const tick of ticks) {
      tick.addEventListener("change", show);
      tick.closest("li").classList.add("tickable");
      tick.parentElement.hidden = false;
    }
    const shortest = panel.querySelector(".shortest");
    if (shortest) {
      shortest.hidden = false;
      shortest.addEventListener("click", () => {
        for (const tick of ticks) tick.checked = tick.dataset.planned !== undefined;
        show();
      });
    }
    for (const clear of [find(".clear"), ...(joint ? [joint.querySelector("button")] : [])])
      clear.addEventListener("click", () => {
        for (const tick of ticks) tick.checked = false;
        additions = [];
        show();
        find(".outcome").focus();
      });

    const workloads = [...new Set(Object.values(state.workloads[ruleset.lists.m365] ?? {}))].sort();
    for (const select of place.querySelectorAll("select[name=workload]"))
      select.append(...workloads.map((name) => new Option(name)));
    for (const select of place.querySelectorAll("select[data-options]")) {
      const options = document.getElementById(select.dataset.options).content.cloneNode(true);
      if (select.name === "certification")
        for (const option of [...options.children])
          if (!Object.hasOwn(ruleset.certifications, option.value)) option.remove();
      select.append(options);
    }
    for (const form of place.querySelectorAll("form")) {
      const isPossible = [...form.querySelectorAll("select")].every((select) => select.options.length);
      form.hidden = !isPossible;
      const { customer, count, amount, active } = form.elements;
      const follow = () => {
        // a number of customers is asked for where they are new, and only who is there can have less
        const isKnown = Boolean(customer && customer.value);
        if (customer && count) count.closest("label").hidden = count.disabled = isKnown;
        for (const input of [amount, active])
          if (input) input.pattern = input.dataset[isKnown ? "signed" : "unsigned"];
      };
      form.addEventListener("change", follow);
      follow();
      form.addEventListener("submit", (event) => {
        event.preventDefault();
        const values = Object.fromEntries([...new FormData(form)].map(([name, value]) => [name, value.trim()]));
        const named = Object.fromEntries(
          [...form.querySelectorAll("select")].map((select) => [select.name, textOf(select.selectedOptions[0])]),
        );
        const [change, text] = ADDITIONS[form.dataset.adds](values, named);
        additions.push({ change, text });
        form.reset();
        follow();
        show();
      });
    }
    place.hidden = false;
    show();
  }
  for (const link of document.querySelectorAll("a[data-what-if]")) link.hidden = false;
}
