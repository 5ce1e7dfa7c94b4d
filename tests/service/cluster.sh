#!/bin/sh
# cluster.sh - Pacemaker waits for messages of a node that dumps, and kdump.conf names no nodes
. "$(dirname "$0")/lib.sh"

# cib TYPE - Pacemaker's configuration: a device of this type, and this host with two others.
cib()
{
	put /var/lib/pacemaker/cib/cib.xml <<-E
		<cib crm_feature_set="3.19.0" validate-with="pacemaker-3.10"><configuration>
		  <nodes><node id="1" uname="$(hostname)"/><node uname="node-b" id="2"/>
		    <node id="3" uname="node-c"><instance_attributes id="nodes-3"/></node></nodes>
		  <resources><primitive id="kd" class="stonith" type="$1">
		    <instance_attributes id="x"><nvpair id="y" name="type" value="fence_kdump"/></instance_attributes>
		  </primitive></resources>
		</configuration></cib>
	E
}

root_new
cib fence_ipmilan
ok "start succeeds in a cluster without fence_kdump" exits 0 kdumpctl start
ok "start warns of nothing in a cluster without fence_kdump" silent_on "cluster"
cib fence_kdump
for command in restart check-config status; do
	ok "$command succeeds in a cluster with fence_kdump" exits 0 kdumpctl $command
	ok "$command says what to write" says "cluster may switch this node off.*write 'fence_kdump_nodes node-b node-c' into /etc/kdump.conf"
done
printf '%s' '<cib><primitive type="fence_kdump"><node uname="' | put /var/lib/pacemaker/cib/cib.xml
ok "check-config succeeds with a file that is cut" exits 0 kdumpctl check-config
ok "check-config warns without the names of nodes" says "write 'fence_kdump_nodes NODE...' into"
cib fence_kdump
printf 'path /var/crash\nfence_kdump_nodes 192.0.2.7\n' | config
exits 0 kdumpctl check-config >/dev/null
ok "check-config warns of nothing when nodes are named" silent_on "cluster may"
finish
