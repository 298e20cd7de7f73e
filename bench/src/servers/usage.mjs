// Loaded before each server's own code (`node --import`): answers the bench what the process has used
// so far, and ends the process with the bench, or after half an hour.
const end = () => process.exit(0);
process.on("disconnect", end);
setTimeout(end, 30 * 60_000).unref();
process.on("message", () => {
  const { user, system } = process.cpuUsage();
  process.send?.({
    cpuMicroseconds: user + system,
    user,
    system,
    rssBytes: process.memoryUsage.rss(),
  });
});
process.channel?.unref();
