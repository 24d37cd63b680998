"""How much memory a crawl takes: its own, not what the process that started it once had."""

from pathlib import Path

from scrapy.extensions.memusage import MemoryUsage as ScrapyMemoryUsage


class MemoryUsage(ScrapyMemoryUsage):
    """Ends a crawl that takes more than MEMUSAGE_LIMIT_MB.

    Scrapy asks getrusage, whose peak a child inherits on Linux: started from a large process, every crawl ended at once.
    """

    def get_virtual_size(self) -> int:
        """Peak resident memory of this process since it was started, in bytes."""
        try:
            status = Path("/proc/self/status").read_text()
        except OSError:
            return super().get_virtual_size()
        for line in status.splitlines():
            if line.startswith("VmHWM:"):
                return int(line.split()[1]) * 1024
        return super().get_virtual_size()
