;; CRC-32 as zlib and PNG have it, bit by bit.
;; To assemble it: npx --package wabt@1 wat2wasm src/crc32.wat -o src/crc32.wasm
(module
  (memory (export "memory") 1)

  ;; Continues a checksum, which begins as 0, with the first $length bytes of the memory.
  (func (export "crc32") (param $crc i32) (param $length i32) (result i32)
    (local $at i32)
    (local $bits i32)
    (local.set $crc (i32.xor (local.get $crc) (i32.const -1)))
    (block $end
      (loop $nextByte
        (br_if $end (i32.eq (local.get $at) (local.get $length)))
        (local.set $crc (i32.xor (local.get $crc) (i32.load8_u (local.get $at))))
        (local.set $bits (i32.const 8))
        (loop $nextBit
          (local.set $crc
            (i32.xor
              (i32.shr_u (local.get $crc) (i32.const 1))
              (i32.and (i32.const 0xedb88320) (i32.sub (i32.const 0) (i32.and (local.get $crc) (i32.const 1))))))
          (local.set $bits (i32.sub (local.get $bits) (i32.const 1)))
          (br_if $nextBit (local.get $bits)))
        (local.set $at (i32.add (local.get $at) (i32.const 1)))
        (br $nextByte)))
    (i32.xor (local.get $crc) (i32.const -1))))
