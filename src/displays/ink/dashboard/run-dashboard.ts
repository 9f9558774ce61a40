export const runDashboard = async (_: object): Promise<void> => undefined;
