#!/usr/bin/env python3
# luks_image.py PLAIN OUT PASSPHRASE-FILE - the bytes of a disk image in a LUKS2 volume, without device-mapper
#
# cryptsetup makes the header and tells the volume key; the sectors are encrypted here, as dm-crypt does
# with aes-xts-plain64: each by the number of its first 512 bytes.
import ctypes, ctypes.util, os, subprocess, sys

SECTOR = 4096
OFFSET = 16 << 20  # of the data, as luksFormat puts it
CHUNK = 4 << 20

plain, out, passphrase = sys.argv[1:]
crypto = ctypes.CDLL(ctypes.util.find_library("crypto"))
crypto.EVP_CIPHER_CTX_new.restype = ctypes.c_void_p
crypto.EVP_aes_256_xts.restype = ctypes.c_void_p
context = ctypes.c_void_p(crypto.EVP_CIPHER_CTX_new())
cipher = ctypes.c_void_p(crypto.EVP_aes_256_xts())


def format_volume(size):
    with open(out, "wb") as f:
        f.truncate(OFFSET + size)
    subprocess.run(["cryptsetup", "luksFormat", "-q", "--type", "luks2", "--cipher", "aes-xts-plain64",
                    "--key-size", "512", "--sector-size", str(SECTOR), "--offset", str(OFFSET // 512),
                    "--pbkdf", "pbkdf2", "--pbkdf-force-iterations", "1000", out, passphrase], check=True)
    key = out + ".key"
    subprocess.run(["cryptsetup", "luksDump", "-q", "--dump-volume-key", "--volume-key-file", key,
                    "--key-file", passphrase, out], check=True, stdout=subprocess.DEVNULL)
    with open(key, "rb") as f:
        text = f.read()
    os.unlink(key)
    return text


def encrypt(data, first, into):
    got = ctypes.c_int()
    source = (ctypes.c_char * len(data)).from_buffer_copy(data)
    for at in range(0, len(data), SECTOR):
        tweak = ((first + at) // 512).to_bytes(16, "little")
        if crypto.EVP_EncryptInit_ex(context, None, None, None, tweak) != 1 or \
                crypto.EVP_EncryptUpdate(context, ctypes.byref(into, at), ctypes.byref(got),
                                         ctypes.byref(source, at), SECTOR) != 1 or got.value != SECTOR:
            sys.exit("luks_image.py: libcrypto does not encrypt")


size = os.path.getsize(plain)
if size % CHUNK:
    sys.exit("luks_image.py: %s is not a whole number of %d bytes" % (plain, CHUNK))
if crypto.EVP_EncryptInit_ex(context, cipher, None, format_volume(size), bytes(16)) != 1:
    sys.exit("luks_image.py: libcrypto has no AES-256-XTS")
into = (ctypes.c_char * CHUNK)()
with open(plain, "rb") as source, open(out, "r+b") as f:
    f.seek(OFFSET)
    for first in range(0, size, CHUNK):
        encrypt(source.read(CHUNK), first, into)
        f.write(into)
