# The protected-mode part of a guest's bzImage: enters long mode and jumps to the kernel that is in memory already.
# The bytes of kStub in fast_kernel.cpp are this file, made with:
#   as --32 -o stub.o fast_boot.S && ld -m elf_i386 -Ttext 0x100000 --oformat binary -o stub.bin stub.o && xxd -i stub.bin
# On entry esi points to boot_params; the addresses 0x110000 to 0x115fff are free (below the kernel at 16 MiB).
 .code32
 .globl _start
_start:
 cli
 cld
 movl $0xAAAAAAAA, 0x218(%esi)   # ramdisk_image: filled in by write_stub
 movl $0xBBBBBBBB, 0x21c(%esi)   # ramdisk_size: filled in by write_stub
 # Page tables that map 4 GiB one to one with 2 MiB pages.
 movl $0x110000, %edi
 xorl %eax,%eax
 movl $(6*1024), %ecx
 rep stosl
 movl $0x111007, 0x110000
 movl $0x112007, 0x111000
 movl $0x113007, 0x111008
 movl $0x114007, 0x111010
 movl $0x115007, 0x111018
 movl $0x112000, %edi
 movl $0x83, %eax
 movl $2048, %ecx
1: movl %eax,(%edi)
 addl $0x200000,%eax
 addl $8,%edi
 loop 1b
 movl %cr4,%eax
 orl $0x20,%eax
 movl %eax,%cr4
 movl $0x110000,%eax
 movl %eax,%cr3
 movl $0xc0000080,%ecx
 rdmsr
 orl $0x100,%eax
 wrmsr
 call 2f
2: popl %ebx
 leal (gdt-2b)(%ebx),%eax
 movl %eax,(gdtr-2b+2)(%ebx)
 lgdt (gdtr-2b)(%ebx)
 movl %cr0,%eax
 orl $0x80000001,%eax
 movl %eax,%cr0
 pushl $0x10
 leal (lm-2b)(%ebx),%eax
 pushl %eax
 lret
 .code64
lm:
 movl $0x18,%eax
 movl %eax,%ds
 movl %eax,%es
 movl %eax,%ss
 xorl %eax,%eax
 movl %eax,%fs
 movl %eax,%gs
 movq $0x1000000,%rax
 movl %esi,%esi
 jmp *%rax
 .balign 8
gdt: .quad 0
 .quad 0
 .quad 0x00af9a000000ffff
 .quad 0x00cf92000000ffff
gdtr: .word 31
 .long 0
