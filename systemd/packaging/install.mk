# SPDX-License-Identifier: GPL-2.0-or-later
# install.mk - included by the Makefile: where every file goes, and the packages
#
#   make install DESTDIR=... PREFIX=/usr      make uninstall      make deb      make rpm

SBINDIR  ?= $(PREFIX)/sbin
BINDIR   ?= $(PREFIX)/bin
UNITDIR  ?= $(PREFIX)/lib/systemd/system
UDEVDIR  ?= $(PREFIX)/lib/udev/rules.d
DRACUT   ?= $(PREFIX)/lib/dracut/modules.d/99kdump-capture
MANDIR   := $(PREFIX)/share/man
LIBDIR   := $(PREFIX)/lib/kdump
DOCDIR   ?= $(PREFIX)/share/doc/kdump
BASHDIR  := $(PREFIX)/share/bash-completion/completions
# Hooks of kernel packages: Debian's directories, or kernel-install's, or both.
KERNEL_HOOKS ?= debian kernel-install

# put MODE SOURCE DESTINATION - with @sbindir@ replaced in texts
define put
install -D -m $(1) $(2) $(DESTDIR)$(3)
endef
define put_text
install -d $(DESTDIR)$(dir $(3))
sed 's|@sbindir@|$(SBINDIR)|g' $(2) > $(DESTDIR)$(3)
chmod $(1) $(DESTDIR)$(3)
endef

MAN_PAGES := $(wildcard docs/*.[58])
# Below docs/, so that the links of README lead somewhere.
DOCS      := README.md CONTRIBUTING.md $(wildcard docs/*.md)
EXAMPLES  := $(wildcard docs/examples/*)
UNITS     := kdump.service kdump-boot.service kdump-hotplug.service kdump-hotplug.timer kdump-capture.service
# One file; bash looks for it by the name of the command.
COMPLETED := kdump-config kdump-image kdump-collect kdump-report makedumpfile

.PHONY: install-service uninstall deb rpm
install: install-service
install-service: all
	$(foreach p,$(filter-out kdump-capture,$(PROGRAMS)),$(call put,755,$(O)/$(p),$(SBINDIR)/$(p))$(newline))
# Red Hat's path, in its users' scripts; there both directories may be one.
	mkdir -p $(DESTDIR)$(BINDIR)
	[ $(DESTDIR)$(BINDIR)/kdumpctl -ef $(DESTDIR)$(SBINDIR)/kdumpctl ] || \
		ln -srf $(DESTDIR)$(SBINDIR)/kdumpctl $(DESTDIR)$(BINDIR)/kdumpctl
	$(call put,755,$(O)/kdump-capture,$(LIBDIR)/kdump-capture)
	$(call put,644,$(O)/selftest.core,$(LIBDIR)/selftest.core)
	$(call put_text,644,systemd/scripts/kdump-lib-initramfs.sh,$(LIBDIR)/kdump-lib-initramfs.sh)
	$(call put,644,config/kdump.conf,$(LIBDIR)/kdump.conf)
	$(foreach m,$(MAN_PAGES),$(call put,644,$(m),$(MANDIR)/man$(subst .,,$(suffix $(m)))/$(notdir $(m)))$(newline))
	[ -e $(DESTDIR)/etc/kdump.conf ] || install -D -m 644 config/kdump.conf $(DESTDIR)/etc/kdump.conf
	install -d -m 755 $(DESTDIR)/etc/kdump/pre.d $(DESTDIR)/etc/kdump/post.d $(DESTDIR)/etc/kdump/emergency.d
	install -d -m 755 $(DESTDIR)/var/crash
	$(foreach u,$(UNITS),\
		$(call put_text,644,systemd/units/$(u),$(UNITDIR)/$(u))$(newline))
# Debian's name of the service, by a link that enable and start follow.
	$(if $(filter debian,$(KERNEL_HOOKS)),ln -sf kdump.service $(DESTDIR)$(UNITDIR)/kdump-tools.service)
	$(call put_text,644,systemd/units/98-kexec.rules,$(UDEVDIR)/98-kexec.rules)
	$(call put,644,systemd/units/60-kdump.preset,$(PREFIX)/lib/systemd/system-preset/60-kdump.preset)
	$(call put,644,systemd/units/60-kdump.conf,$(PREFIX)/lib/sysctl.d/60-kdump.conf)
	$(call put,644,systemd/units/kdump.bash,$(BASHDIR)/kdumpctl)
# Before Augeas' own module of this name, which is in dist/ there.
	$(call put,644,config/kdump.aug,$(PREFIX)/share/augeas/lenses/kdump.aug)
	$(foreach c,$(COMPLETED),ln -sf kdumpctl $(DESTDIR)$(BASHDIR)/$(c)$(newline))
	$(foreach d,$(DOCS),$(call put,644,$(d),$(DOCDIR)/$(d))$(newline))
	$(foreach e,$(EXAMPLES),$(call put,644,$(e),$(DOCDIR)/examples/$(notdir $(e)))$(newline))
	install -d $(DESTDIR)$(dir $(UNITDIR))system-generators
	ln -srf $(DESTDIR)$(SBINDIR)/kdumpctl $(DESTDIR)$(dir $(UNITDIR))system-generators/kdump-generator
	$(call put,755,systemd/dracut/module-setup.sh,$(DRACUT)/module-setup.sh)
	$(call put,644,systemd/initramfs-tools/conf,$(PREFIX)/share/initramfs-tools/conf-hooks.d/kdump-capture)
	$(call put,755,systemd/initramfs-tools/hook,$(PREFIX)/share/initramfs-tools/hooks/kdump-capture)
	$(call put,755,systemd/initramfs-tools/script,$(PREFIX)/share/initramfs-tools/scripts/init-premount/kdump-capture)
	$(if $(filter debian,$(KERNEL_HOOKS)),$(call put_text,755,systemd/hooks/kernel-postinst,/etc/kernel/postinst.d/kdump))
	$(if $(filter debian,$(KERNEL_HOOKS)),$(call put_text,755,systemd/hooks/kernel-postrm,/etc/kernel/postrm.d/kdump))
	$(if $(filter kernel-install,$(KERNEL_HOOKS)),$(call put_text,755,systemd/hooks/60-kdump.install,$(PREFIX)/lib/kernel/install.d/60-kdump.install))

define newline


endef

#: uninstall     what install put there, and what was made with it; dumps and kdump.conf stay
uninstall:
	[ -n "$(DESTDIR)" ] || ! [ -x $(SBINDIR)/kdumpctl ] || $(SBINDIR)/kdumpctl --quiet _purge
	rm -rf $(DESTDIR)$(LIBDIR) $(DESTDIR)$(DRACUT) $(DESTDIR)$(DOCDIR)
	rm -f $(foreach p,$(PROGRAMS),$(DESTDIR)$(SBINDIR)/$(p)) $(DESTDIR)$(BINDIR)/kdumpctl \
		$(foreach m,$(MAN_PAGES),$(DESTDIR)$(MANDIR)/man$(subst .,,$(suffix $(m)))/$(notdir $(m))) \
		$(foreach u,$(UNITS),$(DESTDIR)$(UNITDIR)/$(u)) \
		$(DESTDIR)$(UNITDIR)/kdump-tools.service $(DESTDIR)$(UDEVDIR)/98-kexec.rules \
		$(DESTDIR)$(PREFIX)/lib/systemd/system-preset/60-kdump.preset \
		$(DESTDIR)$(PREFIX)/lib/sysctl.d/60-kdump.conf \
		$(DESTDIR)$(PREFIX)/share/augeas/lenses/kdump.aug \
		$(foreach c,kdumpctl $(COMPLETED),$(DESTDIR)$(BASHDIR)/$(c)) \
		$(DESTDIR)$(dir $(UNITDIR))system-generators/kdump-generator \
		$(DESTDIR)$(PREFIX)/share/initramfs-tools/conf-hooks.d/kdump-capture \
		$(DESTDIR)$(PREFIX)/share/initramfs-tools/hooks/kdump-capture \
		$(DESTDIR)$(PREFIX)/share/initramfs-tools/scripts/init-premount/kdump-capture \
		$(DESTDIR)/etc/kernel/postinst.d/kdump $(DESTDIR)/etc/kernel/postrm.d/kdump \
		$(DESTDIR)$(PREFIX)/lib/kernel/install.d/60-kdump.install

#: service       kdumpctl on made-up roots: every command, good and bad use
service: all
	$(Q)BUILD=$(CURDIR)/$(O) tests/setup/prove.sh service -e tests/setup/shell.sh $(filter-out tests/service/lib.sh,$(wildcard tests/service/*.sh))

#: deb           Debian packages, in build/deb; with CROSS=aarch64-linux-gnu- in build/deb-arm64
deb:
	$(Q)CROSS=$(CROSS) systemd/packaging/deb.sh

#: rpm           an RPM package, in build/rpm
rpm:
	$(Q)systemd/packaging/rpm.sh
