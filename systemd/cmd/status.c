/* SPDX-License-Identifier: GPL-2.0-or-later */
/* status.c - kdumpctl status: armed or not and why, the last crash, the panic switches */
#include "systemd/ctl.h"

#include "base/err.h"
#include "systemd/load/armed.h"
#include "systemd/check/findings.h"
#include "systemd/load/kernel_state.h"
#include "systemd/load/panic_policy.h"
#include "systemd/load/kdump_load.h"
#include "systemd/state.h"
#include "systemd/message.h"

#include <inttypes.h>
#include <json-c/json.h>
#include <stdio.h>
#include <string.h>

struct status_view {
	struct kernel_state kernel;
	struct state_armed armed;
	struct state_crash crash;
	struct state_lost lost;
	struct state_test test;
	struct panic_switch sw[PANIC_SWITCHES];
	struct panic_policy policy[PANIC_POLICY_KEYS];
	struct findings findings;
	char why_not[ERR_MESSAGE_MAX]; /* "" if operational */
	char outdated[MESSAGE_MAX];    /* "" if the current configuration is loaded */
};

static void gather(const struct ctl *ctl, struct status_view *s)
{
	kernel_state_read(ctl->root, &s->kernel);
	state_armed_read(ctl, &s->armed);
	state_crash_read(ctl, &s->crash);
	state_lost_read(ctl, &s->lost);
	state_test_read(ctl, &s->test);
	kernel_state_switches(ctl->root, s->sw);
	panic_policy_read(ctl->root, s->policy);
	s->why_not[0] = s->outdated[0] = '\0';
	s->findings.nr = 0;
	if (s->kernel.crash_loaded) {
		findings_read(ctl, &s->findings);
		armed_outdated(ctl, &s->armed, s->outdated, sizeof(s->outdated));
		return;
	}
	if (service_possible(ctl) < 0)
		snprintf(s->why_not, sizeof(s->why_not), "%s", fail_text());
	else
		snprintf(s->why_not, sizeof(s->why_not),
			 "no capture kernel is loaded; see \"systemctl status kdump\" for the "
			 "reason, or run \"kdumpctl start\"");
	fail_clear();
}

static void print_switches(const struct status_view *s)
{
	const char *none = " nothing but a panic of its own; see /usr/lib/sysctl.d/60-kdump.conf";
	char list[512] = "";
	size_t n = 0;

	for (unsigned i = 0; i < PANIC_SWITCHES && n < sizeof(list); i++) {
		if (s->sw[i].on)
			n += (size_t)snprintf(list + n, sizeof(list) - n, "%s %s", n ? "," : "",
					      s->sw[i].name);
	}
	message_info("the kernel panics on:%s", n ? list : none);
}

static void print_policy(const struct status_view *s)
{
	char text[MESSAGE_MAX];

	for (unsigned i = 0; i < PANIC_POLICY_KEYS; i++) {
		if (!s->policy[i].there)
			continue;
		panic_policy_text(&s->policy[i], text, sizeof(text));
		message_info("%s: %s", strchr(s->policy[i].key, '.') + 1, text);
	}
}

static void print(const struct status_view *s)
{
	if (s->kernel.crash_loaded)
		message_info("Kdump is operational");
	else
		message_info("Kdump is not operational");
	if (s->why_not[0])
		message_info("%s", s->why_not);
	if (s->kernel.crash_loaded)
		message_info("%" PRIu64 " MB reserved%s%s%s%s", s->kernel.crash_size >> 20,
			     s->armed.image[0] ? ", image " : "", s->armed.image,
			     s->armed.how[0] ? ", loaded by " : "", s->armed.how);
	if (s->outdated[0])
		message_info("%s", s->outdated);
	for (unsigned i = 0; i < s->findings.nr; i++)
		message_warn("armed, but %s", s->findings.text[i]);
	if (s->kernel.secure_boot || s->kernel.lockdown != LOCKDOWN_NONE)
		message_info("%s: only signed kernels can be loaded",
			     s->kernel.secure_boot ? "Secure Boot is on"
						   : "the kernel is locked down");
	if (s->crash.time)
		message_info("last crash: %s", s->crash.text);
	if (s->lost.time > s->crash.time)
		message_info("last crash without a dump: %s", s->lost.text);
	if (s->test.id[0])
		message_info("last test (kdumpctl test): %s%s%s", s->test.verdict,
			     s->test.message[0] ? ", " : "", s->test.message);
	print_switches(s);
	print_policy(s);
}

static void add_text(struct json_object *o, const char *key, const char *text)
{
	json_object_object_add(o, key, *text ? json_object_new_string(text) : NULL);
}

static struct json_object *crash_json(const struct state_crash *c)
{
	struct json_object *o = json_object_new_object();

	json_object_object_add(o, "time", json_object_new_int64(c->time));
	add_text(o, "directory", c->dir);
	add_text(o, "text", c->text);
	return o;
}

static struct json_object *lost_json(const struct state_lost *l)
{
	struct json_object *o = json_object_new_object();

	json_object_object_add(o, "time", json_object_new_int64(l->time));
	add_text(o, "directory", l->log);
	add_text(o, "text", l->text);
	return o;
}

static struct json_object *test_json(const struct state_test *t)
{
	struct json_object *o = json_object_new_object();

	add_text(o, "verdict", t->verdict);
	json_object_object_add(o, "time", json_object_new_int64(t->time));
	add_text(o, "text", t->message);
	return o;
}

/* Its value, who set it ("kdump", a file, null), and the value before that. */
static struct json_object *policy_json(const struct status_view *s)
{
	struct json_object *all = json_object_new_object();

	for (unsigned i = 0; i < PANIC_POLICY_KEYS; i++) {
		const struct panic_policy *p = &s->policy[i];
		struct json_object *o = json_object_new_object();

		if (p->there)
			json_object_object_add(o, "value", json_object_new_int64(p->value));
		add_text(o, "set_by", p->ours && !p->decided_by[0] ? "kdump" : p->decided_by);
		if (p->ours)
			json_object_object_add(o, "was", json_object_new_int64(p->was));
		json_object_object_add(all, p->key, o);
	}
	return all;
}

static void print_json(const struct status_view *s)
{
	struct json_object *o = json_object_new_object(), *sw = json_object_new_object();
	struct json_object *w = json_object_new_array();

	json_object_object_add(o, "operational", json_object_new_boolean(s->kernel.crash_loaded));
	add_text(o, "why_not", s->why_not);
	add_text(o, "outdated", s->outdated);
	json_object_object_add(o, "reserved_bytes",
			       json_object_new_int64((int64_t)s->kernel.crash_size));
	json_object_object_add(o, "reserved_cma_bytes",
			       json_object_new_int64((int64_t)s->kernel.crash_cma));
	add_text(o, "kernel", s->armed.kernel);
	add_text(o, "image", s->armed.image);
	add_text(o, "method", s->armed.how);
	json_object_object_add(o, "armed_since",
			       s->armed.time ? json_object_new_int64(s->armed.time) : NULL);
	json_object_object_add(o, "secure_boot", json_object_new_boolean(s->kernel.secure_boot));
	json_object_object_add(o, "last_crash", s->crash.time ? crash_json(&s->crash) : NULL);
	json_object_object_add(o, "last_crash_without_dump",
			       s->lost.time ? lost_json(&s->lost) : NULL);
	json_object_object_add(o, "last_test", s->test.id[0] ? test_json(&s->test) : NULL);
	for (unsigned i = 0; i < PANIC_SWITCHES; i++)
		json_object_object_add(sw, s->sw[i].name,
				       s->sw[i].value < 0 ? NULL
							  : json_object_new_boolean(s->sw[i].on));
	json_object_object_add(o, "panic_switches", sw);
	json_object_object_add(o, "panic_policy", policy_json(s));
	for (unsigned i = 0; i < s->findings.nr; i++)
		json_object_array_add(w, json_object_new_string(s->findings.text[i]));
	json_object_object_add(o, "warnings", w);
	ctl_print_json(o);
}

int cmd_status(struct ctl *ctl, int argc, char **argv)
{
	struct status_view s;

	if (argc > 1)
		return ctl_usage("%s takes no arguments", argv[0]);
	gather(ctl, &s);
	if (ctl->json)
		print_json(&s);
	else
		print(&s);
	return s.kernel.crash_loaded ? CTL_OK : CTL_NOT_UP;
}
