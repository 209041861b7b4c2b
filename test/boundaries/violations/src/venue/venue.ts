export const venue = 'main';
