(* SPDX-License-Identifier: GPL-2.0-or-later *)
(*
Module: Kdump
  kdump.conf(5) for Augeas: with any key, since one that a lens does not know costs programs that
  read the file by it the whole file. In place of Augeas' own module of this name.

    path /var/crash   # why       { "path" = "/var/crash" { "#comment" = "why" } }
    extra_bins /a /b              { "extra_bins" { "1" = "/a" } { "2" = "/b" } }
*)
module Kdump =
  autoload xfm

let indent = del /[ \t]*/ ""
let blanks = del /[ \t]+/ " "
let eol = del /[ \t]*\r?\n/ "\n"

(* A '#' begins a comment wherever it stands behind the key. *)
let text = /[^ \t\r\n]([^\r\n]*[^ \t\r\n])?/
let value = /[^ \t\r\n#]([^\r\n#]*[^ \t\r\n#])?/
let item = /[^ \t\r\n#]+/

let empty = [ del /[ \t]*#?[ \t]*\r?\n/ "\n" ]
let comment = [ label "#comment" . del /[ \t]*#[ \t]*/ "# " . store text . eol ]

let behind = [ label "#comment" . del /[ \t]*#[ \t]*/ " # " . store text ]
let rest = behind . eol | del /[ \t]*(#[ \t]*)?\r?\n/ "\n"

(* Their values are lists, with a numbered node for each word. *)
let lists = /blacklist|extra_bins|extra_modules|fence_kdump_nodes/
let list = [ indent . key lists . counter "item" . [ blanks . seq "item" . store item ]* . rest ]

let word = /[^ \t\r\n#\/]+/ - lists
let entry = [ indent . key word . (blanks . store value)? . rest ]

let lns = (empty | comment | list | entry)*

let filter = incl "/etc/kdump.conf"
let xfm = transform lns filter
