// replaced by the kernel build
