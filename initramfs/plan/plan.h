/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * plan.h - what the builder found out and the capture needs to know
 *
 * The builder walks the production system and writes down, in a text file of
 * the image (PLAN_PATH), how to get from a bare kernel to the dump target:
 * modules in load order, devices to wait for and put together, targets. The
 * capture kernel only follows it; nothing is searched for after the crash.
 *
 *     builder:  plan_init  ->  plan_add_...  ->  plan_write   ->  plan_free
 *     capture:  plan_read or plan_parse      ->  (follow it)  ->  plan_free
 *
 * The text is one "KEY VALUE" per line. "module", "device" and "target" open an
 * object; the indented lines below belong to it:
 *
 *     kdump-plan 1
 *     kernel 6.12.117+deb13-amd64
 *     hostname web1
 *     machine 8f3c1c1a52d0411fa9d7a3c06c9d3b52
 *     module /lib/modules/6.12.117+deb13-amd64/kernel/fs/ext4/ext4.ko.xz
 *     device plain sda3
 *             id UUID=Xv6tQd-LtCP-9K7J-...
 *     device dm vg0-root
 *             uuid LVM-...
 *             extent 0 41943040 0 2048
 *     target fs
 *             source UUID=3b0c...
 *             type ext4
 *             device 1
 *             path var/crash
 *
 * All strings are owned by the plan, never NULL except where noted, and hold no
 * control characters. The parser refuses anything else: line too long, index
 * out of range, a device made of a later one, ".." in a path.
 */
#ifndef PLAN_PLAN_H
#define PLAN_PLAN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define PLAN_PATH	 "/etc/kdump/plan"

/* The last file of the image, empty: without it the kernel had no memory to unpack the rest. */
#define PLAN_IMAGE_END	 "/etc/kdump/end"

/* More of these than any real machine has; a bound for hostile text. */
#define PLAN_MAX_OBJECTS 1024
#define PLAN_MAX_LINE	 4096

struct plan_module {
	char *path;    /* in the image, absolute; .ko, .ko.gz, .ko.xz or .ko.zst */
	char *options; /* for finit_module, "" if none */
};

enum plan_device_kind {
	PLAN_PLAIN, /* disk or partition: wait until one with this id is there */
	PLAN_DM,    /* device-mapper device of linear extents: create it by the dm ioctl */
	PLAN_MD,    /* md array: assemble it by the md ioctls */
};

/* One line of a linear dm table, in sectors of 512 bytes. */
struct plan_extent {
	uint64_t start; /* in the new device */
	uint64_t len;
	unsigned device; /* index of an earlier device of the plan */
	uint64_t offset; /* in that device */
};

/* Devices stand in the order in which they can be brought up. */
struct plan_device {
	enum plan_device_kind kind;
	char *name; /* plain: name in the production kernel, for messages only;
		       dm: name to create ("vg0-root"); md: "md0", "md127" */

	/*
	 * How a plain device is recognised, one of:
	 *   UUID=...      what libblkid reads from its content: a file system's UUID, an LVM
	 *                 physical volume's, a btrfs UUID
	 *   UUID_SUB=...  of one member of an md array or of a btrfs of several devices
	 *   PARTUUID=...  of a partition
	 *   SERIAL=...    of a disk: /sys/block/X/serial or .../device/serial, trimmed
	 *   WWID=...      of a disk: /sys/block/X/wwid or .../device/wwid, trimmed
	 *   DEVPATH=...   a sysfs path below /sys/devices that ends before "/block/";
	 *                 for a partition "DEVPATH=...#N" with its number
	 * "" for dm and md.
	 */
	char *id;

	char *uuid; /* dm: dm/uuid ("LVM-..."), may be ""; md: array UUID as libblkid prints it;
		       plain: dm/uuid of a multipath device that dracut or initramfs-tools set up,
		       else "" */

	struct plan_extent *extents; /* dm */
	size_t nr_extents;

	unsigned *members; /* md: indexes of earlier devices, in the order of their slots */
	size_t nr_members;
	char *metadata; /* md: "0.90", "1.0", "1.1", "1.2"; else "" */
};

enum plan_target_kind {
	PLAN_FS,       /* file system on a device of the plan */
	PLAN_RAW,      /* a device of the plan, written from its first byte */
	PLAN_NFS,      /* fstype nfs (v3) or nfs4; source host:/export */
	PLAN_VIRTIOFS, /* source is the tag */
	PLAN_SSH,      /* source user@host */
};

/*
 * Where the dump goes. targets[0] is the main one, then the fallback targets in
 * the order of the configuration; the one with rootfs set, if any, is last and
 * only for failure_action dump_to_rootfs.
 */
struct plan_target {
	enum plan_target_kind kind;
	char *source;  /* UUID=..., /dev/mapper/..., host:/export, tag, user@host; for messages */
	char *fstype;  /* for mount(2); "" for raw and ssh */
	char *options; /* mount options without ro/rw; "" for the defaults */
	char *path;    /* directory for dumps below the target's own root: no leading slash,
			  bind mounts and btrfs subvolumes unfolded; "" is the root itself.
			  ssh: the remote directory as written, absolute or relative. raw: "" */
	char *shown;   /* the same directory as the production system has it mounted, for
			  messages: "/srv/dumps/crash"; "": it was not mounted */
	char *address; /* nfs, ssh: the server's address, "192.0.2.1" or "2001:db8::1"; else "" */
	unsigned port; /* nfs, ssh: 0 means the default */
	bool rootfs;
	bool keep_one; /* a single dump may stay there, whatever keep_dumps says: on /boot */

	unsigned *devices; /* fs: the device to mount first, then what else a btrfs is made of;
			      raw: one; else none. Indexes into the plan's devices */
	size_t nr_devices;
};

struct plan {
	char *kernel;	/* release that the modules are for, "" if unknown */
	char *hostname; /* of the production system; "" if unknown */
	char *machine;	/* machine-id(5) of the production system; "" if unknown */
	char *seed;	/* image path of the random seed; "" if there is none */
	char *watchdog; /* module of the watchdog in use ("iTCO_wdt"); "" if none */
	char *seal_to;	/* public keys to encrypt to, with commas between; "" if none */

	struct plan_module *modules;
	size_t nr_modules;
	struct plan_device *devices;
	size_t nr_devices;
	struct plan_target *targets;
	size_t nr_targets;
};

/* Has it the form of machine-id(5), 32 lower case hexadecimal digits? */
bool plan_is_machine_id(const char *text);

/* An empty plan: every string "". -ENOMEM. plan_free() afterwards in any case. */
int plan_init(struct plan *out);

/* Frees what the plan holds, not the struct; a zeroed plan is fine. */
void plan_free(struct plan *p);

/* Give *field another value, a copy of value (NULL: ""). -ENOMEM. */
int plan_set(char **field, const char *value);

/*
 * Add an object: its strings are "", its numbers 0. The pointer is valid until
 * the next one of that sort is added. -ENOMEM, -E2BIG past PLAN_MAX_OBJECTS.
 */
int plan_add_module(struct plan *p, const char *path, struct plan_module **out);
int plan_add_device(struct plan *p, enum plan_device_kind kind, struct plan_device **out);
int plan_add_target(struct plan *p, enum plan_target_kind kind, struct plan_target **out);

/* Append to an object's array. -ENOMEM, -E2BIG. */
int plan_add_extent(struct plan_device *d, const struct plan_extent *e);
int plan_add_index(unsigned **array, size_t *nr, unsigned index);

/* "plain", "dm", "md"; "fs", "raw", "nfs", "virtiofs", "ssh". */
const char *plan_device_kind_name(enum plan_device_kind kind);
const char *plan_target_kind_name(enum plan_target_kind kind);

/*
 * The text of the plan, to be freed by the caller. -EINVAL with the field named
 * when a value cannot be written (a control character, longer than a line) or
 * the reader would refuse it.
 */
int plan_write(const struct plan *p, char **out, size_t *out_len);

/*
 * Text to plan. Refuses (-EINVAL, with the line number and what is wrong with
 * it) anything that plan_write() would not have written; *out is then empty.
 */
int plan_parse(const char *text, size_t len, struct plan *out);

/* plan_parse() of a file of at most 1 MiB. -ENOENT and the like as from open(2). */
int plan_read(const char *path, struct plan *out);

#endif
