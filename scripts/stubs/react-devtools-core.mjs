// Stands in for react-devtools-core, which ink only loads when DEV is set.
export default { initialize() {}, connectToDevTools() {} };
