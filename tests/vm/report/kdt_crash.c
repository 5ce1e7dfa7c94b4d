/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * kdt_crash.c - kernel module for tests: dies in the way that how= names
 *
 * Each way goes through functions of its own name, which a report of the crash must show. Ways
 * that need a watchdog (deadlock, semaphore, soft) only make the state; the watchdog panics.
 */
#include <linux/delay.h>
#include <linux/irq_work.h>
#include <linux/kthread.h>
#include <linux/module.h>
#include <linux/mutex.h>
#include <linux/rwsem.h>
#include <linux/sched.h>
#include <linux/semaphore.h>
#include <linux/string.h>

static char *how = "";
module_param(how, charp, 0);
MODULE_PARM_DESC(how, "null, bug, deadlock, rwsem, soft, irq or stack");

/* Frames stay frames: no tail calls, nothing inlined. */
#define FRAME noinline __attribute__((optimize("no-optimize-sibling-calls")))
#define KEEP  asm volatile("" ::: "memory")

struct kdt_thing {
	long pad[4];
	long member;
};

static FRAME int kdt_null_inner(struct kdt_thing *t)
{
	int got = READ_ONCE(t->member);

	KEEP;
	return got;
}

static FRAME int kdt_null(struct kdt_thing *t)
{
	int got = kdt_null_inner(t);

	KEEP;
	return got;
}

static FRAME int kdt_bug(int level)
{
	BUG_ON(level == 0);
	KEEP;
	return level;
}

/* --- two tasks, two locks, opposite order --- */

static DEFINE_MUTEX(kdt_lock_a);
static DEFINE_MUTEX(kdt_lock_b);

static FRAME void kdt_take_second(struct mutex *second)
{
	mutex_lock(second);
	KEEP;
}

static int kdt_locker(void *arg)
{
	bool forward = arg != NULL;

	mutex_lock(forward ? &kdt_lock_a : &kdt_lock_b);
	msleep(1000);
	kdt_take_second(forward ? &kdt_lock_b : &kdt_lock_a);
	return 0;
}

/* --- a writer that waits for a reader that sleeps --- */

static DECLARE_RWSEM(kdt_rwsem);

static int kdt_reader(void *arg)
{
	down_read(&kdt_rwsem);
	while (!kthread_should_stop())
		schedule_timeout_interruptible(HZ);
	return 0;
}

static int kdt_writer(void *arg)
{
	msleep(1000);
	down_write(&kdt_rwsem);
	KEEP;
	return 0;
}

/* --- others --- */

static FRAME int kdt_spin(void *arg)
{
	preempt_disable();
	for (;;)
		cpu_relax();
	return 0;
}

static FRAME void kdt_in_interrupt(struct irq_work *work)
{
	panic("kdt: panic in an interrupt");
}

static struct irq_work kdt_work;

static FRAME int kdt_interrupt(void)
{
	init_irq_work(&kdt_work, kdt_in_interrupt);
	irq_work_queue(&kdt_work);
	for (;;)
		cpu_relax();
	return 0;
}

static FRAME int kdt_recurse(int n)
{
	char room[256];
	int got;

	memset(room, n, sizeof(room));
	asm volatile("" ::"r"(room) : "memory");
	got = kdt_recurse(n + 1);
	KEEP;
	return got + room[n & 255];
}

static int kdt_threads(int (*first)(void *), int (*second)(void *), const char *name)
{
	kthread_run(first, NULL, "kdt-%s-1", name);
	kthread_run(second, (void *)1, "kdt-%s-2", name);
	return 0;
}

static int __init kdt_init(void)
{
	if (!strcmp(how, "null"))
		return kdt_null(NULL);
	if (!strcmp(how, "bug"))
		return kdt_bug(0);
	if (!strcmp(how, "deadlock"))
		return kdt_threads(kdt_locker, kdt_locker, "lock");
	if (!strcmp(how, "rwsem"))
		return kdt_threads(kdt_reader, kdt_writer, "rw");
	if (!strcmp(how, "soft"))
		return PTR_ERR_OR_ZERO(kthread_run(kdt_spin, NULL, "kdt-spin"));
	if (!strcmp(how, "irq"))
		return kdt_interrupt();
	if (!strcmp(how, "stack"))
		return kdt_recurse(0);
	return -EINVAL;
}
module_init(kdt_init);

static void __exit kdt_exit(void)
{
}
module_exit(kdt_exit);

MODULE_DESCRIPTION("dies on purpose, for tests of kdump");
MODULE_LICENSE("GPL");
