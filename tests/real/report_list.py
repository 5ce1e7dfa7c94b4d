# report_list.py - two sides of tests/real/report.sh
#
#   kdump-report --json DUMP | report_list.py ours        CPUs and frames of the report, a line each
#   report_list.py drgn VMCORE VMLINUX PID                functions of the stack of a running task
import json
import re
import sys

if sys.argv[1] == "ours":
    report = json.load(sys.stdin)
    assert report["reason"] and report["fatal"] and report["machine"]["kernel"]
    assert report["tasks"]["list"] and not report["tasks"]["cut"] and report["missing"] == ""
    for cpu in report["backtraces"]["cpus"]:
        print("CPU", cpu["cpu"], cpu["pid"], cpu["died"], cpu.get("end"))
        for frame in cpu.get("frames", []):
            print(re.sub(r"\+0x[0-9a-f]+/0x[0-9a-f]+", "", frame))
else:
    import drgn
    prog = drgn.Program()
    prog.set_core_dump(sys.argv[2])
    prog.load_debug_info([sys.argv[3]])
    for frame in prog.stack_trace(int(sys.argv[4])):
        if frame.is_inline or not frame.pc >> 63:
            continue
        symbol = frame.symbol()
        print("%s" % symbol.name)
